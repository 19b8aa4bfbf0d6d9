import uPlot from './uplot.js';
import { byId, element, shown } from './dom.js';
import { axisText, bucketText, numberText, shortNumber } from './formats.js';

const HEIGHT = 260;
const LABEL_WIDTH = 64;
const MIN_SELECTED = 8;
const MAX_LINES = 6;
/** Steps of the axis of counts, which are whole. */
const STEPS = Array.from({ length: 10 }, (_step, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();

/**
 * Stacked bars of counts by bucket and entity type. The same figures stand in a table, for those who don't see it. Buckets are
 * numbered, so that each bar has the same width also where clocks change. `choose` is called with the numbers of the first and the
 * last bucket that one has drawn over.
 */
export class Chart {
  #plot;
  #figures;

  constructor(choose) {
    this.box = byId('chart');
    this.tip = byId('tip');
    this.choose = choose;
    new ResizeObserver(() => this.#plot?.setSize(this.#size())).observe(this.box);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#figures && this.show(this.#figures));
  }

  show(figures) {
    this.#figures = figures;
    this.#plot?.destroy();
    this.tip.hidden = true;
    this.#plot = new uPlot(this.#options(figures), stacked(figures), this.box);
  }

  #size() {
    return { width: this.box.clientWidth, height: HEIGHT };
  }

  #options({ types, starts }) {
    const styles = getComputedStyle(document.documentElement);
    const color = (name) => styles.getPropertyValue(name).trim();
    return {
      ...this.#size(),
      padding: [8, 8, 0, 0],
      legend: { show: false },
      scales: {
        x: { time: false, range: [-0.5, starts.length - 0.5] },
        y: { range: (_plot, _least, most) => [0, ticksOf(most).at(-1)] },
      },
      cursor: { points: { show: false }, y: false, drag: { x: true, y: false, setScale: false } },
      axes: this.#axes(color('--quiet'), color('--line')),
      series: [{}, ...types.map((_type, index) => barsOf(color(`--series-${index}`)))],
      hooks: { setCursor: [(plot) => this.#point(plot)], setSelect: [(plot) => this.#select(plot)] },
    };
  }

  #axes(stroke, line) {
    const axis = { stroke, font: '12px system-ui, sans-serif', ticks: { show: false } };
    const labels = ({ unit, starts, timezone }, numbers) => numbers.map((number) => axisText(unit, starts[number], timezone));
    return [
      {
        ...axis,
        size: 28,
        gap: 6,
        grid: { show: false },
        splits: (plot) => labelled(plot, this.#figures.starts),
        values: (_plot, numbers) => labels(this.#figures, numbers),
      },
      {
        ...axis,
        size: 44,
        grid: { stroke: line, width: 1 },
        splits: (_plot, _axis, _least, top) => ticksOf(top),
        values: (_plot, counts) => counts.map(shortNumber),
      },
    ];
  }

  // Says what is at the cursor.
  #point({ cursor: { idx, left }, over }) {
    this.tip.hidden = idx === null || idx === undefined || left < 0;
    if (this.tip.hidden) return;
    this.tip.replaceChildren(...tipOf(this.#figures, idx));
    const width = this.tip.offsetWidth;
    const beside = left + 16 + width > over.clientWidth ? left - 16 - width : left + 16;
    this.tip.style.transform = `translateX(${over.offsetLeft + Math.max(0, beside)}px)`;
  }

  #select(plot) {
    const { left, width } = plot.select;
    if (width === 0) return;
    const [first, last] = [left, left + width].map((position) => Math.round(plot.posToVal(position, 'x')));
    plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
    if (width >= MIN_SELECTED) this.choose(Math.max(first, 0), Math.min(last, this.#figures.starts.length - 1));
  }
}

/** The lines of the axis of counts, of which the last is above the highest bar. */
function ticksOf(most) {
  const highest = Math.max(most ?? 0, 1);
  const step = STEPS.find((one) => highest / one <= MAX_LINES);
  return Array.from({ length: Math.ceil(highest / step) + 1 }, (_tick, number) => number * step);
}

/** The numbers of the buckets that have room for a label. */
function labelled(plot, starts) {
  const step = Math.max(1, Math.ceil((starts.length * LABEL_WIDTH) / plot.width));
  return [...starts.keys()].filter((number) => number % step === 0);
}

function tipOf({ starts, unit, timezone, types, counts }, number) {
  const lines = types.map((type, index) => counts[index][number] > 0 && lineOf(type, counts[index][number], `series-${index}`));
  const total = counts.reduce((sum, ofType) => sum + ofType[number], 0);
  return [element('strong', bucketText(unit, starts[number], timezone)), ...lines.filter(Boolean), lineOf('All', total)];
}

function lineOf(name, count, className = '') {
  const line = element('span', '', { class: `tip-line ${className}` });
  line.append(element('bdi', shown(name)), element('span', numberText(count)));
  return line;
}

function barsOf(color) {
  return { fill: color, stroke: color, width: 0, points: { show: false }, paths: uPlot.paths.bars({ size: [0.8, 120] }) };
}

// The first series is drawn first and so is the highest: all of them together.
function stacked({ starts, counts }) {
  const sums = new Array(starts.length).fill(0);
  const ofSeries = counts.toReversed().map((ofType) => ofType.map((count, number) => (sums[number] += count)));
  return [starts.map((_start, number) => number), ...ofSeries.toReversed()];
}
