// (b) Express with its JSON parser: answers what it got, checks and stores nothing.
import express from 'express';
import { listening } from './listening.js';

const app = express();
app.use(express.json());
app.post('/events', (request, response) => {
  response.json(request.body);
});
const server = app.listen(0, '127.0.0.1', () => listening(server));
