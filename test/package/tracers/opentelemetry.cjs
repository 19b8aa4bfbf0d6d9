const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { ExpressInstrumentation } = require('@opentelemetry/instrumentation-express');
const { FastifyInstrumentation } = require('@opentelemetry/instrumentation-fastify');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
const { NestInstrumentation } = require('@opentelemetry/instrumentation-nestjs-core');
const { collectSpans } = require('./collect-spans.cjs');

registerInstrumentations({
  tracerProvider: collectSpans(),
  instrumentations: [
    new HttpInstrumentation(),
    new ExpressInstrumentation(),
    new FastifyInstrumentation(),
    new NestInstrumentation(),
  ],
});
