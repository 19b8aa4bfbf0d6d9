// Puts the files of the dashboard's page into the built modules; lib/dashboard/page-files.ts says why.
import { writeFileSync } from 'node:fs';
import { pageFiles } from '../dist/esm/dashboard/page-files.js';

const files = JSON.stringify(pageFiles(), null, 2);
writeFileSync('dist/esm/dashboard/page-files.js', `const FILES = ${files};\nexport const pageFiles = () => FILES;\n`);
writeFileSync('dist/cjs/dashboard/page-files.js', `"use strict";\nconst FILES = ${files};\nexports.pageFiles = () => FILES;\n`);
