import type { Type } from '@nestjs/common';
import { BatchIntake } from './batch-intake.js';
import { BatchReader } from './batch-reader.js';
import { EventIntake } from './event-intake.js';

/** What `EventsController` injects. */
export const INTAKES: Type[] = [EventIntake, BatchReader, BatchIntake];
