import { Injectable } from '@nestjs/common';
import type { Observer } from './observer.interface.js';

/** Where an observer of the module is, if there is one: without, nothing is measured. */
@Injectable()
export class Observation {
  observer?: Observer;
}
