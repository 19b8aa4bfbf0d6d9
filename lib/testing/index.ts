export { describeEventRepository, type TestRunner } from './event-repository-contract.js';
