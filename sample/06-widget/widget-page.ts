import { readFileSync } from 'node:fs';
import type { Settings } from './settings.js';

const read = (file: string) => readFileSync(new URL(`./public/${file}`, import.meta.url), 'utf8');

/** The page: with the real widget where its script is known, else with a small chat that makes the same calls. */
export class WidgetPage {
  readonly css = read('page.css');
  readonly js: string;
  private readonly html: string;

  constructor({ widgetKey, widgetScript }: Pick<Settings, 'widgetKey' | 'widgetScript'>) {
    this.js = read(widgetScript === undefined ? 'chat.js' : 'widget.js');
    const head = widgetScript === undefined ? POLICY : `<script type="module" src="${escaped(widgetScript)}"></script>`;
    this.html = read('index.html')
      .replace('<!-- HEAD -->', () => head)
      .replace('WIDGET_KEY', () => escaped(widgetKey));
  }

  /** `baseUrl` is what `/events`, `/conversations` and `/feedback` stand below. */
  htmlFor(baseUrl: string): string {
    return this.html.replaceAll('BASE_URL', () => escaped(baseUrl));
  }
}

/** Nothing inline and nothing from elsewhere: what a chat shows is text of strangers. The real widget needs a policy of its own. */
const POLICY = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; style-src 'self'; connect-src BASE_URL; img-src data:; base-uri 'none'; form-action 'none'" />`;

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
