/** Who changed what, when and why. Asked for whenever the revision is another. */
import * as api from './api.js';
import { byId, el, setText, show } from './dom.js';
import { time } from './words.js';

const SHOWN = 20;

let asked = 0;

export async function showHistory({ now }) {
  if (now === null || now.state.revision === asked) {
    return;
  }
  asked = now.state.revision;
  const problem = byId('history-problem');
  try {
    const { changes } = await api.history(SHOWN);
    byId('history').querySelector('tbody').replaceChildren(...changes.map(row));
    show(problem, false);
  } catch (failure) {
    asked = 0;
    setText(problem, `The history could not be read: ${failure.message}`);
    show(problem, true);
  }
}

function row(change) {
  return el(
    'tr',
    {},
    el('td', { class: 'number', 'data-name': 'Revision' }, String(change.revision)),
    el('td', { 'data-name': 'When' }, el('time', { datetime: change.when }, time(change.when))),
    el('td', { 'data-name': 'Who' }, change.who),
    el('td', { 'data-name': 'What' }, change.what),
    el('td', { 'data-name': 'Reason' }, change.reason));
}
