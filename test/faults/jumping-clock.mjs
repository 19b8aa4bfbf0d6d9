// Loaded before a program: a signal SIGWINCH, of which Nest knows nothing, sets its clock an hour on. The clock that nobody can set goes
// on as it was.
const HOUR_MS = 3_600_000;
const RealDate = Date;
let ahead = 0;
const now = () => RealDate.now() + ahead;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) => Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, property) => (property === 'now' ? now : Reflect.get(target, property)),
});

process.on('SIGWINCH', () => (ahead += HOUR_MS));
