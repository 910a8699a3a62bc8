/**
 * Keeps the stream of events open while the tab is seen: notices when it is dead, and tries again,
 * ever more slowly. A tab in the background has none: a browser opens six connections to a host, and
 * with six streams every other call would wait for one, the rollback too.
 */
import { headers } from './api.js';
import { readEvents } from './sse.js';

/** Something comes every second; so long without anything is a connection that is gone. */
const SILENCE_MILLIS = 5000;
const SILENT = 'Nothing came any more.';
const UNSEEN = 'The tab is in the background.';
const WAITS_MILLIS = [500, 1000, 2000, 4000, 8000, 15000];

/**
 * @param told.event a parsed event: its type and its data
 * @param told.live the stream has begun
 * @param told.unseen it was ended, as the tab went to the background; begun again when it is back
 * @param told.lost it is gone, and why; tried again at that time
 * @param told.unauthorised no token, or one that is not good
 */
export function openStream(told) {
  let lastId = '';
  let failures = 0;
  let stopped = false;
  let abort = new AbortController();
  let wake = () => {};

  async function connect() {
    abort = new AbortController();
    let silence = setTimeout(() => abort.abort(SILENT), SILENCE_MILLIS);
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(() => abort.abort(SILENT), SILENCE_MILLIS);
    };
    try {
      const known = lastId === '' ? {} : { 'Last-Event-ID': lastId };
      const answer = await fetch('events', { headers: headers(known), cache: 'no-store', signal: abort.signal });
      if (answer.status === 401) {
        stopped = true;
        told.unauthorised();
        return '';
      }
      if (!answer.ok) {
        return (await answer.json()).detail;
      }
      await readEvents(answer.body, (event) => {
        heard();
        lastId = event.id;
        failures = 0;
        told.live();
        told.event(event.type, JSON.parse(event.data));
      });
      return 'The proxy has ended it.';
    } catch (failure) {
      return abort.signal.aborted ? abort.signal.reason : 'The proxy can’t be reached.';
    } finally {
      clearTimeout(silence);
      abort.abort();
    }
  }

  async function keepOpen() {
    while (!stopped) {
      if (document.hidden) {
        await new Promise((resolve) => {
          wake = resolve;
        });
        continue;
      }
      const why = await connect();
      if (stopped) {
        return;
      }
      if (why === UNSEEN) {
        told.unseen();
        continue;
      }
      const wait = WAITS_MILLIS[Math.min(failures, WAITS_MILLIS.length - 1)] * (0.8 + 0.4 * Math.random());
      failures += 1;
      told.lost(why, Date.now() + wait);
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, wait);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  keepOpen();
  window.addEventListener('online', () => wake());
  document.addEventListener('visibilitychange', () => (document.hidden ? abort.abort(UNSEEN) : wake()));
  return {
    tryNow: () => wake(),
    stop() {
      stopped = true;
      abort.abort();
      wake();
    },
  };
}
