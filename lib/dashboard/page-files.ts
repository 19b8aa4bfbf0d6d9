import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = 'lib/dashboard/page';
const UPLOT = 'node_modules/uplot';

/**
 * The files of the page by name, as they stand in a checkout. scripts/embed-page.mjs puts them into the built module in place of
 * this one: no code that is at once an ES module and CommonJS knows its own folder, and a bundler of the host takes no other files along.
 */
export function pageFiles(): Record<string, string> {
  const own = readdirSync(FOLDER).map((name) => [name, readFileSync(`${FOLDER}/${name}`, 'utf8')]);
  return { ...(Object.fromEntries(own) as Record<string, string>), ...uPlotFiles() };
}

function uPlotFiles(): Record<string, string> {
  const read = (name: string) => readFileSync(`${UPLOT}/${name}`, 'utf8');
  const license = `/*\n${read('LICENSE')}\n*/\n`;
  return {
    'uplot.js': `${license}${read('dist/uPlot.iife.min.js')}\nexport default uPlot;\n`,
    'uplot.css': `${license}${read('dist/uPlot.min.css')}\n`,
  };
}
