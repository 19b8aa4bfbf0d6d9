export { describeEventRepository, type TestRunner } from './event-repository/event-repository.contract.js';
