/** The numbers of this moment, old beside new. */
import { byId, el, setText } from './dom.js';
import { duration, rate, share, whole } from './words.js';

const ROWS = [
  ['Requests / s', (side) => rate(side.requests)],
  ['Errors / s', (side) => rate(side.errors)],
  ['Errors', (side) => (side.requests > 0 ? share((100 * side.errors) / side.requests) : '–')],
  ['Latency, median', (side) => duration(side.p50)],
  ['Latency, p99', (side) => duration(side.p99)],
  ['Visitors', (side) => whole(side.visitors)],
];

export function showNumbers({ now }) {
  if (now === null) {
    return;
  }
  const body = byId('now').querySelector('tbody');
  if (body.childElementCount === 0) {
    body.append(
      ...ROWS.map(([name]) =>
        el('tr', {}, el('th', { scope: 'row' }, name), el('td', { class: 'new' }), el('td', { class: 'old' }))));
  }
  ROWS.forEach(([, words], i) => {
    setText(body.rows[i].cells[1], words(now.new));
    setText(body.rows[i].cells[2], words(now.old));
  });
}
