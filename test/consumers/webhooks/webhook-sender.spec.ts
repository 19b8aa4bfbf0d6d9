import type { ServerResponse } from 'node:http';
import type { LookupFunction } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ownTime } from '../../utils/own-time.js';
import { until } from '../../utils/until.js';
import {
  closeAll,
  endpointOf,
  lookupOf,
  newSender,
  OLD_SECRET,
  SECRET,
  selfSigned,
  startReceiver,
  startTlsReceiver,
  verified,
} from './receiver.js';

const MESSAGE = { id: 'msg_1', body: '{"type":"events.stored","data":{"events":[]}}' };
const PRIVATE = /private, loopback or link-local/;

afterEach(closeAll);

it('a request is signed so that the verifier of the reference library takes it', async () => {
  const receiver = await startReceiver();
  const result = await (await newSender()).send(endpointOf(receiver), MESSAGE);
  expect(result).toEqual({ status: 200, ms: expect.any(Number) });
  const [received] = receiver.received;
  expect(verified(received)).toEqual(JSON.parse(MESSAGE.body));
  expect(received.headers).toMatchObject({
    'webhook-id': 'msg_1',
    'content-type': 'application/json',
    'user-agent': 'nestjs-event-log',
  });
  expect(() => verified({ ...received, body: `${received.body} ` })).toThrow('No matching signature');
  expect(() => verified(received, OLD_SECRET)).toThrow('No matching signature');
});

it('while a secret is replaced, the verifier takes both, and no secret goes over the wire', async () => {
  const receiver = await startReceiver();
  await (await newSender()).send(endpointOf(receiver, { secrets: [SECRET, OLD_SECRET] }), MESSAGE);
  const [received] = receiver.received;
  expect(received.headers['webhook-signature'].split(' ')).toHaveLength(2);
  for (const secret of [SECRET, OLD_SECRET]) expect(verified(received, secret)).toEqual(JSON.parse(MESSAGE.body));
  for (const secret of [SECRET, OLD_SECRET]) expect(JSON.stringify(received)).not.toContain(secret.slice(6));
});

it.each([[[]], [['']], [['whsec_']], [['whsec_not base64!']]])('with the secrets %j, nothing is sent', async (secrets) => {
  const receiver = await startReceiver();
  const result = await (await newSender()).send(endpointOf(receiver, { secrets }), MESSAGE);
  expect(result.error).toBe('Its secret is none: expected whsec_ and Base64; rotate it');
  expect(receiver.connections).toBe(0);
});

it.each([200, 201, 204, 299])('an answer of %d is a success', async (status) => {
  const receiver = await startReceiver((response) => response.writeHead(status).end());
  const result = await (await newSender()).send(endpointOf(receiver), MESSAGE);
  expect(result).toEqual({ status, ms: expect.any(Number) });
});

it.each([400, 404, 410, 429, 500, 503])('an answer of %d is a failure that tells only the status', async (status) => {
  const receiver = await startReceiver((response) => response.writeHead(status).end('BODY OF THE RECEIVER'));
  const result = await (await newSender()).send(endpointOf(receiver), MESSAGE);
  expect(result).toEqual({ status, ms: expect.any(Number), error: `It answered with ${status}` });
});

describe('A hostile receiver', () => {
  it.each([301, 302, 307, 308])('that redirects to loopback with %d is not followed', async (status) => {
    const inner = await startReceiver();
    const receiver = await startReceiver((response) => response.writeHead(status, { location: inner.url }).end());
    const result = await (await newSender()).send(endpointOf(receiver), MESSAGE);
    expect(result).toMatchObject({ status, error: expect.stringContaining('redirects are not followed') });
    expect(inner.connections).toBe(0);
  });

  it('that never answers is given up after the time for all of it', async () => {
    const receiver = await startReceiver(() => undefined);
    const began = ownTime();
    const result = await (await newSender({ timeout: 300 })).send(endpointOf(receiver), MESSAGE);
    expect(result.error).toBe('It did not answer within 300 ms');
    expect(result.ms).toBeGreaterThanOrEqual(290);
    expect(ownTime() - began).toBeLessThan(2_000);
  });

  it('that sends its headers byte by byte is given up after the same time', async () => {
    const receiver = await startReceiver(({ socket }) => {
      socket!.write('HTTP/1.1 200 OK\r\nx-slow: ');
      const timer = setInterval(() => socket!.write('x'), 20);
      socket!.once('close', () => clearInterval(timer));
      socket!.on('error', () => undefined);
    });
    const result = await (await newSender({ timeout: 300 })).send(endpointOf(receiver), MESSAGE);
    expect(result.error).toBe('It did not answer within 300 ms');
  });

  it('that sends the body of its answer byte by byte is cut off after the same time, and counts by its status', async () => {
    const receiver = await startReceiver((response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('x'), 20);
      response.once('close', () => clearInterval(timer));
    });
    const began = ownTime();
    const result = await (await newSender({ timeout: 300 })).send(endpointOf(receiver), MESSAGE);
    expect(result).toEqual({ status: 200, ms: expect.any(Number) });
    expect(ownTime() - began).toBeLessThan(2_000);
  });

  it('whose answer has no end is cut off after 64 KiB, and counts by its status', async () => {
    let written = 0;
    const endless = (response: ServerResponse) => {
      const write = () => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384))) written += 16_384;
        response.once('drain', write);
      };
      response.writeHead(200);
      write();
    };
    const receiver = await startReceiver(endless);
    const began = ownTime();
    const result = await (await newSender()).send(endpointOf(receiver), MESSAGE);
    expect(result).toEqual({ status: 200, ms: expect.any(Number) });
    expect(ownTime() - began).toBeLessThan(2_000);
    const atFirst = written;
    await delay(200);
    expect(written).toBe(atFirst);
  });

  it('whose headers have no end is a failure', async () => {
    const receiver = await startReceiver(({ socket }) => socket!.write(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(10_000)}`));
    const result = await (await newSender()).send(endpointOf(receiver), MESSAGE);
    expect(result.error).toBe('The request failed: UND_ERR_HEADERS_OVERFLOW');
  });

  it('that closes before it answers is a failure, and one that closes in the middle of its body counts by its status', async () => {
    const [before, middle] = [
      await startReceiver(({ socket }) => socket!.destroy()),
      await startReceiver((response) => response.writeHead(200, { 'content-length': 100 }).write('x', () => response.destroy())),
    ];
    const sender = await newSender();
    expect((await sender.send(endpointOf(before), MESSAGE)).error).toBe('It closed the connection before it had answered');
    expect(await sender.send(endpointOf(middle), MESSAGE)).toEqual({ status: 200, ms: expect.any(Number) });
  });

  it('that speaks something else than HTTP is a failure without its words', async () => {
    const receiver = await startReceiver(({ socket }) => socket!.end('SSH-2.0-WORDS\r\n\r\n'));
    const result = await (await newSender()).send(endpointOf(receiver), MESSAGE);
    expect(result.error).toBe('Its answer is not HTTP');
  });

  it('that hangs holds up no other request, not even one to the same address', async () => {
    const waiting: ServerResponse[] = [];
    const receiver = await startReceiver((response, { url }) => (url === '/slow' ? waiting.push(response) : response.end()));
    const sender = await newSender();
    const slow = sender.send(endpointOf({ url: new URL('/slow', receiver.url).href }), MESSAGE);
    await until('it hangs', () => waiting.length === 1);
    const began = ownTime();
    const results = await Promise.all([1, 2, 3].map(() => sender.send(endpointOf(receiver), MESSAGE)));
    expect(results.map(({ error }) => error)).toEqual([undefined, undefined, undefined]);
    expect(ownTime() - began).toBeLessThan(2_000);
    waiting[0].end();
    expect((await slow).status).toBe(200);
  });
});

it('a request is given up when its signal aborts, also where it has before', async () => {
  const receiver = await startReceiver(() => undefined);
  const sender = await newSender();
  const controller = new AbortController();
  const sending = sender.send(endpointOf(receiver), MESSAGE, controller.signal);
  await until('it has arrived', () => receiver.received.length === 1);
  controller.abort();
  expect((await sending).error).toBe('The request was given up');
  expect((await sender.send(endpointOf(receiver), MESSAGE, controller.signal)).error).toBe('The request was given up');
  expect(receiver.received).toHaveLength(1);
});

describe('TLS', () => {
  const certificate = selfSigned('hooks.example.com');
  const loopback = lookupOf(['127.0.0.1']);

  it('is spoken with who has the certificate of the host name', async () => {
    const { port, received } = await startTlsReceiver(certificate);
    const sender = await newSender({ ca: certificate.cert }, loopback);
    const result = await sender.send(endpointOf({ url: `https://hooks.example.com:${port}/` }), MESSAGE);
    expect(result).toEqual({ status: 200, ms: expect.any(Number) });
    expect(verified(received[0])).toBeDefined();
  });

  it.each([
    ['a certificate that no authority has signed', undefined, 'hooks.example.com', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['the certificate of another host', certificate.cert, 'other.example.com', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ])('ends with %s, before anything is sent', async (_what, ca, host, code) => {
    const { port, received } = await startTlsReceiver(certificate);
    const result = await (await newSender({ ca }, loopback)).send(endpointOf({ url: `https://${host}:${port}/` }), MESSAGE);
    expect(result).toEqual({ ms: expect.any(Number), error: `The request failed: ${code}` });
    expect(received).toEqual([]);
  });
});

describe('Where private addresses are not allowed', () => {
  const certificate = selfSigned('hooks.example.com');
  const closed = { allowPrivateAddresses: false, ca: certificate.cert };

  it.each([
    [['127.0.0.1']],
    [['::1']],
    [['::ffff:127.0.0.1']],
    [['8.8.8.8', '127.0.0.1']],
    [['169.254.169.254']],
    [['10.0.0.1']],
    [['fd00:ec2::254']],
    [['fe80::1%lo']],
    [[]],
  ])('a host name that leads to %j is not connected to', async (addresses) => {
    const receiver = await startTlsReceiver(certificate);
    const sender = await newSender(closed, lookupOf(addresses));
    const result = await sender.send(endpointOf({ url: `https://hooks.example.com:${receiver.port}/` }), MESSAGE);
    expect(result.error).toMatch(PRIVATE);
    expect(receiver.connections).toBe(0);
  });

  it('the address of each connection counts, whatever the DNS said before', async () => {
    const receiver = await startTlsReceiver(certificate);
    const rebinding = lookupOf(['8.8.8.8'], ['127.0.0.1']);
    const asked = await new Promise((resolve) => rebinding('hooks.example.com', { all: true }, (_error, all) => resolve(all)));
    expect(asked).toEqual([{ address: '8.8.8.8', family: 4 }]);
    const sender = await newSender(closed, rebinding);
    const result = await sender.send(endpointOf({ url: `https://hooks.example.com:${receiver.port}/` }), MESSAGE);
    expect(result.error).toMatch(PRIVATE);
    expect(receiver.connections).toBe(0);
  });

  it('the name is looked up once for a connection, which is made to what was checked', async () => {
    const receiver = await startTlsReceiver(certificate);
    let asked = 0;
    const counting: LookupFunction = (hostname, options, callback) => {
      asked++;
      lookupOf(['127.0.0.1'])(hostname, options, callback);
    };
    const sender = await newSender({ ca: certificate.cert }, counting);
    await sender.send(endpointOf({ url: `https://hooks.example.com:${receiver.port}/` }), MESSAGE);
    expect(asked).toBe(1);
  });

  it.each(['https://127.0.0.1/', 'https://[::1]/', 'http://hooks.example.com/'])('%s is not connected to', async (url) => {
    const result = await (await newSender(closed)).send(endpointOf({ url }), MESSAGE);
    expect(result.error).toMatch(/^Expected the URL of a webhook/);
  });
});

it('a connection that can not be made is a failure with its code, and a name without address one with a sentence', async () => {
  const receiver = await startReceiver();
  await closeAll();
  const sender = await newSender();
  expect((await sender.send(endpointOf(receiver), MESSAGE)).error).toBe('The request failed: ECONNREFUSED');
  const nowhere: LookupFunction = (_name, _options, callback) => callback(Object.assign(new Error(), { code: 'ENOTFOUND' }), '');
  const lost = await newSender({}, nowhere);
  expect((await lost.send(endpointOf({ url: 'https://hooks.example.com/' }), MESSAGE)).error).toBe(
    'Its host name has no address',
  );
});

it('a name that is never answered for ends with the time for a connection', async () => {
  const sender = await newSender({ connectTimeout: 300 }, () => undefined);
  const began = ownTime();
  const result = await sender.send(endpointOf({ url: 'https://hooks.example.com/' }), MESSAGE);
  expect(result.error).toBe('It could not be connected to in time');
  expect(ownTime() - began).toBeLessThan(3_000);
});
