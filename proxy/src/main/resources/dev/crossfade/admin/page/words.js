/** Numbers and times as people read them. */

const WHOLE = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
const TENTHS = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const PERCENT = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 2 });
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

export const whole = (number) => WHOLE.format(number);
export const percent = (number) => `${PERCENT.format(number)} %`;
export const share = (number) => (number === null ? '–' : `${TENTHS.format(number)} %`);

/** So many a second; a dash where nothing is known. */
export function rate(number) {
  if (number === null) {
    return '–';
  }
  return number >= 100 ? WHOLE.format(number) : TENTHS.format(number);
}

/** Milliseconds, in seconds where there are many; a dash where there is none. */
export function duration(millis) {
  if (millis === null || millis === undefined) {
    return '–';
  }
  if (millis >= 1000) {
    return `${TENTHS.format(millis / 1000)} s`;
  }
  return `${millis >= 10 ? WHOLE.format(millis) : TENTHS.format(millis)} ms`;
}

/** A moment by this browser's clock, with the day where it is another. */
export function time(when) {
  const at = new Date(when);
  const today = new Date().toDateString() === at.toDateString();
  return today ? CLOCK.format(at) : `${DAY.format(at)}, ${CLOCK.format(at)}`;
}

export const plural = (number, one, many) => `${whole(number)} ${number === 1 ? one : many}`;
