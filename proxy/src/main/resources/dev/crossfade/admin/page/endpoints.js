/** The endpoints of both sides with their health, and what operators do with them. */
import * as api from './api.js';
import { byId, el, setText } from './dom.js';
import { lookAtState, propose } from './proposal.js';
import { time, whole } from './words.js';

const STATES = {
  ready: ['Ready', 'It gets requests again.'],
  drain: ['Drain', 'It gets no new requests; those under way finish.'],
  maint: ['Maintenance', 'It gets no new requests and no health probes; those under way finish.'],
};

const rows = new Map();

export function showEndpoints({ now, role }) {
  if (now === null) {
    return;
  }
  const seen = new Set();
  for (const side of ['new', 'old']) {
    for (const endpoint of now[side].endpoints) {
      const key = `${side} ${endpoint.address}`;
      seen.add(key);
      if (!rows.has(key)) {
        const row = makeRow(side, endpoint.address);
        rows.set(key, row);
        byId('endpoints').querySelector('tbody').append(row);
      }
      showRow(rows.get(key), endpoint, role);
    }
  }
  for (const [key, row] of rows) {
    if (!seen.has(key)) {
      row.remove();
      rows.delete(key);
    }
  }
}

function makeRow(side, address) {
  const cell = (name, attributes = {}) => el('td', { 'data-name': name, ...attributes });
  const buttons = Object.entries(STATES).map(([state, [label]]) =>
    el(
      'button',
      { type: 'button', 'data-state': state, 'aria-label': `${label}: ${address} of ${side}`, click: () => change(side, address, state) },
      label));
  return el(
    'tr',
    {},
    el('td', { 'data-name': 'Side' }, el('span', { class: `chip ${side}` }, side)),
    el('th', { scope: 'row' }, address),
    cell('State'),
    el('td', { 'data-name': 'Health' }, el('span', { class: 'health' }), el('span', { class: 'dim detail' })),
    cell('In use', { class: 'number' }),
    cell('Idle', { class: 'number' }),
    cell('Waiting', { class: 'number' }),
    cell('Failed', { class: 'number' }),
    el('td', { 'data-name': 'Change', 'data-changes': true }, el('div', { class: 'buttons' }, ...buttons)));
}

function showRow(row, endpoint, role) {
  const [, , state, health, inUse, idle, waiting, failed, change] = row.cells;
  setText(state, endpoint.state === 'maint' ? 'maintenance' : endpoint.state);
  state.dataset.state = endpoint.state;
  setText(health.firstChild, endpoint.health);
  health.firstChild.dataset.health = endpoint.health;
  setText(health.lastChild, detail(endpoint));
  setText(inUse, whole(endpoint.connections.active));
  setText(idle, whole(endpoint.connections.idle));
  setText(waiting, whole(endpoint.waiting));
  setText(failed, `${whole(endpoint['failed-answers'])} of ${whole(endpoint['failed-answers'] + endpoint['good-answers'])}`);
  change.hidden = role === 'viewer';
  change.querySelectorAll('button').forEach((button) => {
    button.hidden = button.dataset.state === endpoint.state;
  });
}

function detail(endpoint) {
  const since = endpoint.since === null ? '' : ` since ${time(endpoint.since)}`;
  if (endpoint.healthy || endpoint['last-failure'] === null) {
    return since;
  }
  return `${since}; ${endpoint['last-failure']}`;
}

function change(side, address, state) {
  const [label, consequence] = STATES[state];
  propose({
    title: `${label}: ${address} of ${side}?`,
    confirm: label,
    look: lookAtState(consequence),
    make: (reason, revision) => api.setEndpoint(side, address, state, reason, revision),
    made: () => `${address} of ${side}: ${label.toLowerCase()}.`,
  });
}
