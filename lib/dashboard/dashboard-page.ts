import { createHash } from 'node:crypto';
import type { DashboardPaths } from './dashboard-paths.js';
import type { PageFile } from './page-file.interface.js';
import { pageFiles } from './page-files.js';

const TYPES: Record<string, string> = {
  css: 'text/css',
  html: 'text/html',
  js: 'text/javascript',
  svg: 'image/svg+xml',
};

/** The page and its files. They stand below a name that changes with them, so that browsers may keep them for ever. */
export class DashboardPage {
  private readonly release: string;
  private readonly html: string;
  private readonly files: ReadonlyMap<string, PageFile>;

  constructor(paths: DashboardPaths) {
    const { 'index.html': html, ...files } = pageFiles();
    this.release = digestOf(JSON.stringify(files));
    this.html = html
      .replaceAll('{query}', relative(paths, paths.queryPath))
      .replaceAll('{events}', relative(paths, paths.eventsPath));
    this.files = new Map(Object.entries(files).map(([name, text]) => [`${this.release}/${name}`, fileOf(name, text)]));
  }

  /** The page for a request to this path: it names its files relative to itself, as a proxy may have it below another path. */
  at(path: string): PageFile {
    const folder = path.endsWith('/') ? '' : `${path.slice(path.lastIndexOf('/') + 1)}/`;
    return fileOf('index.html', this.html.replaceAll('{files}', `${folder}files/${this.release}`));
  }

  /** The file with this name, such as `page.css`, of this release alone: files of two releases don't fit together. */
  file(release: string, name: string): PageFile | undefined {
    return this.files.get(`${release}/${name}`);
  }
}

/** The way from the folder of the page to another path of the host. */
function relative({ path }: DashboardPaths, to: string): string {
  return '../'.repeat(path.split('/').length) + to;
}

function fileOf(name: string, text: string): PageFile {
  const type = `${TYPES[name.slice(name.lastIndexOf('.') + 1)]}; charset=utf-8`;
  return { text, type, etag: `"${digestOf(text)}"` };
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
