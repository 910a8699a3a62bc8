/** Asks which side a request would get, and says why. */
import * as api from './api.js';
import { byId, el } from './dom.js';
import { known } from './state.js';

const BECAUSE = {
  rule: ({ rule }) => `the rule ${rule} matches.`,
  upgrade: () => 'of the upgrade cookie.',
  pinned: () => 'this visitor is pinned there.',
  bucket: ({ bucket, side }) => `of bucket ${bucket}, which is ${side === 'new' ? 'below' : 'not below'} the threshold${threshold()}.`,
  first: (explanation) => `it would be a first visit.${ofFirst(explanation)}`,
  failover: () => 'new was chosen, but has no healthy endpoint.',
};

/** The percentage in hundredths, which buckets are held against. */
const threshold = () => (known.now === null ? '' : ` ${Math.round(known.now.state.percent * 100)}`);

function ofFirst({ bucket, anonymous }) {
  if (bucket === undefined) {
    return '';
  }
  return anonymous === 'address'
    ? ` This client address and User-Agent always get bucket ${bucket}.`
    : ` This time it drew bucket ${bucket}; the next may draw another.`;
}

export function openExplain() {
  byId('explain-form').addEventListener('submit', async (event) => {
    event.preventDefault();
    const asked = [...new FormData(event.target)].filter(([, value]) => value !== '');
    const shown = byId('explanation');
    shown.className = '';
    try {
      const explanation = await api.explain(asked);
      shown.replaceChildren(
        el('span', { class: `chip ${explanation.side}` }, explanation.side),
        ` because ${BECAUSE[explanation.reason]?.(explanation) ?? `${explanation.reason}.`}`);
    } catch (failure) {
      shown.className = 'problem';
      shown.textContent = failure.message;
    }
  });
}
