/** What happened, in a sentence: on the page, and aloud for who listens to it. */
import { byId } from './dom.js';

export function say(text, tone = '') {
  const said = byId('said');
  said.textContent = text;
  said.dataset.tone = tone;
}
