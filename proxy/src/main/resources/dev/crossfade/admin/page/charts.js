/** Rate, errors and latency of both sides over the last minutes. The drawing is uPlot's. */
import { byId, el, setText } from './dom.js';
import { duration, percent, rate } from './words.js';

const HEIGHT = 150;
const SPAN_SECONDS = 300;
const FIGURES = [
  { title: 'Requests / s', lines: [['new', 'requests'], ['old', 'requests']], words: rate },
  { title: 'Errors / s', lines: [['new', 'errors'], ['old', 'errors']], words: rate },
  { title: 'Latency, p99', lines: [['new', 'p99'], ['old', 'p99'], ['new', 'p50'], ['old', 'p50']], words: duration },
];

const figures = [];
let shown = null;

/** Draws them, and again whenever the width or the colour scheme changes. */
export function openCharts() {
  const parent = byId('charts').querySelector('.figures');
  FIGURES.forEach((figure) => {
    const values = el('span', { class: 'values' });
    const plot = el('div', { class: 'plot', role: 'img', 'aria-label': figure.title });
    parent.append(el('figure', {}, el('figcaption', {}, el('span', { class: 'title' }, figure.title), values), plot));
    figures.push({ ...figure, values, plot, chart: null, at: null });
  });
  new ResizeObserver(() => figures.forEach(fit)).observe(parent);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAnew);
}

function drawAnew() {
  figures.forEach((figure) => {
    figure.chart?.destroy();
    figure.chart = null;
  });
  if (shown !== null) {
    showCharts(shown);
  }
}

function fit(figure) {
  const width = figure.plot.clientWidth;
  if (figure.chart !== null && width > 0 && figure.chart.width !== width) {
    figure.chart.setSize({ width, height: HEIGHT });
  }
}

export function showCharts(known) {
  shown = known;
  byId('charts').classList.toggle('stale', known.link.is !== 'live');
  if (known.recent.at.length === 0) {
    return;
  }
  figures.forEach((figure) => {
    const data = [known.recent.at, ...figure.lines.map(([side, column]) => known.recent[side][column])];
    if (figure.chart === null) {
      figure.chart = new uPlot(options(figure, known), data, figure.plot);
    } else {
      figure.chart.setData(data);
    }
    showValues(figure, known);
  });
}

/** The values at the pointer, else the last ones. */
function showValues(figure, known) {
  const last = known.recent.at.length - 1;
  const at = figure.at ?? last;
  const value = ([side, column]) => `${figure.words(known.recent[side][column][at] ?? null)}`;
  const words = figure.lines.slice(0, 2).map((line) => `${line[0]} ${value(line)}`);
  if (figure.values.childElementCount === 0) {
    figure.values.append(el('span', { class: 'new' }), ' ', el('span', { class: 'old' }), ' ', el('span', { class: 'dim' }));
  }
  const [first, second, when] = figure.values.children;
  setText(first, words[0]);
  setText(second, words[1]);
  setText(when, figure.at === null ? '' : new Date(known.recent.at[at] * 1000).toLocaleTimeString('en-GB'));
  const label = `${figure.title}: ${words.join(', ')}`;
  if (figure.at === null && figure.plot.getAttribute('aria-label') !== label) {
    figure.plot.setAttribute('aria-label', label);
  }
}

function options(figure, known) {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour('--dim'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1, size: 4 },
    font: `12px ${style.fontFamily}`,
  };
  return {
    width: figure.plot.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, sync: { key: 'crossfade' }, points: { size: 6 } },
    scales: {
      x: { time: true, range: (_, __, max) => [max - SPAN_SECONDS, max] },
      y: { range: (_, __, max) => [0, Math.max(max * 1.15, 1)] },
    },
    axes: [
      { ...axis, values: (_, splits) => splits.map(clock), space: 70, size: 30 },
      { ...axis, size: 62, space: 32, values: (_, splits) => splits.map(figure.words) },
    ],
    series: [{}, ...figure.lines.map(([side, column]) => line(colour(`--${side}-line`), side, column))],
    hooks: {
      setCursor: [
        (chart) => {
          figure.at = chart.cursor.idx ?? null;
          showValues(figure, known);
        },
      ],
      drawAxes: [(chart) => drawChanges(chart, known, colour('--dim'), axis.font)],
    },
  };
}

const clock = (seconds) =>
  new Date(seconds * 1000).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });

function line(stroke, side, column) {
  return {
    stroke,
    width: column === 'p50' ? 1.5 : 2,
    dash: column === 'p50' ? [2, 4] : undefined,
    points: { show: false },
    spanGaps: false,
  };
}

/** A line where the percentage was changed, with what it was changed to. */
function drawChanges(chart, known, colour, font) {
  const { at, percent: shares } = known.recent;
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.fillStyle = colour;
  ctx.font = font.replace('12px', `${11 * devicePixelRatio}px`);
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  let last = null;
  at.forEach((second, i) => {
    if (last !== null && shares[i] !== null && shares[i] !== last) {
      const x = Math.round(chart.valToPos(second, 'x', true));
      if (x >= bbox.left) {
        ctx.beginPath();
        ctx.moveTo(x, bbox.top);
        ctx.lineTo(x, bbox.top + bbox.height);
        ctx.stroke();
        const text = percent(shares[i]);
        const beyond = x + ctx.measureText(text).width + 8 > bbox.left + bbox.width;
        ctx.textAlign = beyond ? 'right' : 'left';
        ctx.fillText(text, x + (beyond ? -4 : 4) * devicePixelRatio, bbox.top + 11 * devicePixelRatio);
      }
    }
    last = shares[i] ?? last;
  });
  ctx.restore();
}
