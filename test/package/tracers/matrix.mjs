const CLOSED = '127.0.0.1:9';

const DATADOG = {
  DD_TRACE_AGENT_URL: `http://${CLOSED}`,
  DD_CRASHTRACKING_ENABLED: 'false',
  DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
  DD_REMOTE_CONFIGURATION_ENABLED: 'false',
};
const NEW_RELIC = {
  NEW_RELIC_NO_CONFIG_FILE: 'true',
  NEW_RELIC_APP_NAME: 'host',
  NEW_RELIC_LICENSE_KEY: '0'.repeat(40),
  NEW_RELIC_HOST: '127.0.0.1',
  NEW_RELIC_PORT: '9',
  NEW_RELIC_LOG_ENABLED: 'false',
  ...Object.fromEntries(
    ['AWS', 'AZURE', 'GCP', 'PCF', 'DOCKER', 'KUBERNETES'].map((where) => [`NEW_RELIC_UTILIZATION_DETECT_${where}`, 'false']),
  ),
};

/** What is installed beside the host: the newest of each that take Node 20, and of dd-trace one that still wraps handlers. */
export const PACKAGES = {
  common: [
    '@fastify/otel@0.21',
    '@opentelemetry/api@1.9',
    '@opentelemetry/instrumentation@0.220',
    '@opentelemetry/instrumentation-express@0.68',
    '@opentelemetry/instrumentation-fastify@0.56',
    '@opentelemetry/instrumentation-http@0.220',
    '@opentelemetry/instrumentation-nestjs-core@0.66',
    '@opentelemetry/sdk-trace-node@2.9',
    '@sentry/nestjs@10',
    'newrelic@13',
  ],
  commonjs: ['dd-trace@5.85.0'],
  module: ['dd-trace@5'],
};

/**
 * How each is loaded, as its manual says, and which span shows that it has wrapped what serves a request; `undefined`
 * where it does not support the platform.
 */
export const TRACERS = [
  {
    name: 'dd-trace',
    commonjs: ['-r', './datadog.cjs', '-r', 'dd-trace/init'],
    module: ['--import', './datadog.cjs', '--import', 'dd-trace/initialize.mjs'],
    env: DATADOG,
    spans: { express: /^router\.middleware$/, fastify: /^fastify\.request$/ },
  },
  {
    name: 'Sentry',
    commonjs: ['-r', './sentry.cjs'],
    module: ['--import', '@sentry/node/import', '--import', './sentry.cjs'],
    spans: { express: /^\/events$/, fastify: / - route-handler$/ },
  },
  {
    name: '@fastify/otel',
    commonjs: ['-r', './fastify-otel.cjs'],
    module: ['--import', './fastify-otel.cjs'],
    spans: { fastify: /^handler - / },
  },
  {
    name: 'OpenTelemetry',
    commonjs: ['-r', './opentelemetry.cjs'],
    module: ['--experimental-loader', '@opentelemetry/instrumentation/hook.mjs', '--import', './opentelemetry.cjs'],
    // In a host of ES modules its instrumentation of Fastify does nothing, only that of HTTP does.
    spans: { express: /^request handler$/, fastify: /^request handler - |^POST$/ },
  },
  {
    name: 'New Relic',
    commonjs: ['-r', 'newrelic', '-r', './new-relic.cjs'],
    module: ['-r', 'newrelic', '-r', './new-relic.cjs'],
    env: NEW_RELIC,
    spans: { express: /^Expressjs\/Route Path: \/events$/, fastify: /^Nodejs\/Middleware\/Fastify\/.*\/events$/ },
  },
  {
    name: "New Relic's loader of ES modules",
    module: ['--import', 'newrelic/esm-loader.mjs', '--import', './new-relic.cjs'],
    env: NEW_RELIC,
    spans: { express: /^Expressjs\/Route Path: \/events$/, fastify: /^Nodejs\/Middleware\/Fastify\/.*\/events$/ },
    breaksHost: {
      reason: 'it writes `require` into the ES modules of Nest 12',
      stderr: /require is not defined in ES module scope/,
    },
  },
  {
    name: 'a wrapper of each handler',
    commonjs: [],
    module: [],
    wrapped: true,
    spans: { express: /^handler$/, fastify: /^handler$/ },
  },
];
