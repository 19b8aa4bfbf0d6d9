// (c) Fastify: answers what it got, checks and stores nothing.
import fastify from 'fastify';
import { listening } from './listening.js';

const app = fastify();
app.post('/events', async (request) => request.body);
await app.listen({ port: 0, host: '127.0.0.1' });
listening(app.server);
