/** Sides in maintenance, and frozen writes. */
import * as api from './api.js';
import { byId, el, setText } from './dom.js';
import { lookAtState, propose } from './proposal.js';

const side = (name, title) => ({
  name,
  title,
  off: 'serves',
  on: 'in maintenance: 503',
  turnOn: [`Put ${name} into maintenance`, 'Its visitors get 503 with Retry-After; the upgrade cookie passes.'],
  turnOff: [`Open ${name}`, 'Its visitors are served again.'],
});

const SWITCHES = [
  side('new', 'New'),
  side('old', 'Old'),
  {
    name: 'freeze-writes',
    title: 'Writes',
    off: 'allowed',
    on: 'frozen: 503 but for GET, HEAD, OPTIONS, TRACE',
    turnOn: ['Freeze writes', 'All but GET, HEAD, OPTIONS and TRACE get 503 with Retry-After, on both sides and for everyone.'],
    turnOff: ['Thaw writes', 'Writes are passed on again.'],
  },
];

export function openMaintenance() {
  byId('maintenance').querySelector('ul').append(
    ...SWITCHES.map((one) =>
      el(
        'li',
        {},
        el('span', { class: 'title' }, one.title),
        el('span', { class: 'is' }),
        el('button', { type: 'button', 'data-changes': true, click: () => flip(one) }))));
}

export function showMaintenance({ now }) {
  if (now === null) {
    return;
  }
  SWITCHES.forEach((one, i) => {
    const on = now.state.maintenance[one.name];
    const [, is, button] = byId('maintenance').querySelectorAll('li')[i].children;
    setText(is, on ? one.on : one.off);
    is.dataset.on = on;
    setText(button, (on ? one.turnOff : one.turnOn)[0]);
    one.isOn = on;
  });
}

function flip(one) {
  const to = !one.isOn;
  const [label, consequence] = to ? one.turnOn : one.turnOff;
  propose({
    title: `${label}?`,
    confirm: label,
    look: lookAtState(consequence),
    make: (reason, revision) => api.setMaintenance({ [one.name]: to }, reason, revision),
    made: () => `${one.title}: ${to ? one.on : one.off}.`,
  });
}
