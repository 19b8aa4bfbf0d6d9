/** The environment, with a default for everything. */
export interface Settings {
  readonly port: number;
  readonly adapter: string;
  readonly databaseUrl: string;
  /** The key of the page: of the real widget, the one that it has for all that it calls. */
  readonly widgetKey: string;
  /** Where the script of the real widget is loaded from; without it, the page has a small chat of its own. */
  readonly widgetScript?: string;
}

export function readSettings(env = process.env): Settings {
  const { PORT = '3000', ADAPTER = 'express', DATABASE_URL = 'sqlite:./data/widget.sqlite', WIDGET_KEY, WIDGET_SCRIPT } = env;
  const widgetKey = WIDGET_KEY ?? 'demo-widget-key';
  return { port: Number(PORT), adapter: ADAPTER, databaseUrl: DATABASE_URL, widgetKey, widgetScript: WIDGET_SCRIPT };
}
