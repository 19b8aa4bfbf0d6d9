/** The messages of Server-Sent Events. `EventSource` would read them by itself, but can't send a key in a header. */
export async function* messagesOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  let message = empty();
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    const lines = (rest + chunk.value).split(/\r\n|\n/);
    rest = lines.pop();
    for (const line of lines) {
      if (line !== '') take(message, line);
      else {
        // One may hold nothing but a position to go on from.
        yield { ...message, data: message.data.join('\n') };
        message = empty();
      }
    }
  }
}

const empty = () => ({ event: 'message', data: [] });

// A line that begins with a colon is a comment, which keeps the connection.
function take(message, line) {
  const [, name, value] = /^([^:]*):? ?(.*)$/s.exec(line);
  if (name === 'data') message.data.push(value);
  else if (name === 'event' || name === 'id') message[name] = value;
}
