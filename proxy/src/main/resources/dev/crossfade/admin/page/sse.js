/** Server-sent events (WHATWG HTML, 9.2) out of a fetch: EventSource can't send a token. */

/** Reads to the end of the stream. Each event has a type, an id and data. */
export async function readEvents(body, take) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  let event = { type: 'message', id: '', data: [] };
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return;
    }
    rest += value;
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop();
    for (const line of lines) {
      if (line === '') {
        if (event.data.length > 0) {
          take({ ...event, data: event.data.join('\n') });
        }
        event = { type: 'message', id: event.id, data: [] };
      } else {
        addField(event, line);
      }
    }
  }
}

function addField(event, line) {
  const colon = line.indexOf(':');
  const name = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
  if (name === 'event') {
    event.type = value;
  } else if (name === 'data') {
    event.data.push(value);
  } else if (name === 'id') {
    event.id = value;
  }
}
