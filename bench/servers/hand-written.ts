// (h) What a team writes by hand from the Nest documentation: DTO, ValidationPipe, repository.save(), the same table.
import { Body, Controller, HttpCode, Module, Post, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import { IsIn, IsISO8601, IsObject, IsOptional, IsString } from 'class-validator';
import { EventEntity } from 'nestjs-event-log/typeorm';
import { randomUUID } from 'node:crypto';
import type { Repository } from 'typeorm';
import { adapterOf } from './adapter.js';
import { databaseOf } from './database.js';
import { listening } from './listening.js';

class CreateEventDto {
  @IsIn(['message'])
  entityType!: 'message';

  @IsString()
  type!: string;

  @IsString()
  messageId!: string;

  @IsOptional()
  @IsString()
  id?: string;

  @IsOptional()
  @IsISO8601()
  createdAt?: string;

  @IsOptional()
  @IsObject()
  properties?: Record<string, never>;

  @IsOptional()
  @IsObject()
  userProperties?: Record<string, never>;
}

@Controller('events')
class EventsController {
  constructor(@InjectRepository(EventEntity) private readonly events: Repository<EventEntity>) {}

  @Post()
  @HttpCode(200)
  create(@Body() { id = randomUUID(), createdAt, ...event }: CreateEventDto): Promise<EventEntity> {
    const now = new Date();
    return this.events.save({
      ...event,
      id,
      projectKey: '',
      createdAt: createdAt ? new Date(createdAt) : now,
      receivedAt: now,
    });
  }
}

@Module({
  imports: [TypeOrmModule.forRoot(databaseOf(process.env.DATABASE_URL!)), TypeOrmModule.forFeature([EventEntity])],
  controllers: [EventsController],
})
class AppModule {}

const app = await NestFactory.create(AppModule, adapterOf(process.env.ADAPTER!), { logger: ['error'] });
app.useGlobalPipes(new ValidationPipe({ whitelist: true, transform: true }));
await app.listen(0, '127.0.0.1');
listening(app.getHttpServer());
