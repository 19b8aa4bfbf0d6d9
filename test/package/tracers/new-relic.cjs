const { agent } = require('newrelic');

globalThis.spans = [];
const collect = ({ segment, children }) => {
  globalThis.spans.push(segment.name);
  children.forEach(collect);
};
agent.on('transactionFinished', ({ trace }) => collect(trace.segments.root));
