const { FastifyOtelInstrumentation } = require('@fastify/otel');
const { collectSpans } = require('./collect-spans.cjs');

new FastifyOtelInstrumentation({ registerOnInitialization: true }).setTracerProvider(collectSpans());
