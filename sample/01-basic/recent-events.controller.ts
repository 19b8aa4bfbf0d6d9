import { Controller, Get, Req, UseGuards } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { ApiKeyGuard, type HttpRequest, RequireScopes } from 'nestjs-event-log';
import { EventEntity } from 'nestjs-event-log/typeorm';
import { Repository } from 'typeorm';

/** A route of the host's own, behind the same keys: the newest events of the key's project. */
@Controller('recent')
@UseGuards(ApiKeyGuard)
@RequireScopes('events:read')
export class RecentEventsController {
  constructor(@InjectRepository(EventEntity) private readonly events: Repository<EventEntity>) {}

  @Get()
  list(@Req() { apiKey }: HttpRequest): Promise<EventEntity[]> {
    return this.events.find({
      where: { projectId: apiKey?.projectId ?? undefined },
      order: { receivedAt: 'DESC', id: 'DESC' },
      take: 20,
    });
  }
}
