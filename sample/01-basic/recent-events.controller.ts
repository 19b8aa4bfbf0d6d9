import { Controller, Get, Header, Req, UseGuards } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { ApiKeyGuard, type AuthenticatedRequest, RequireScopes } from 'nestjs-event-log';
import { EventEntity } from 'nestjs-event-log/typeorm';
import { IsNull, Repository } from 'typeorm';

/** A route of the host's own, behind the same keys: the newest events of the key's project. */
@Controller('recent')
@UseGuards(ApiKeyGuard)
@RequireScopes('events:read')
export class RecentEventsController {
  constructor(@InjectRepository(EventEntity) private readonly events: Repository<EventEntity>) {}

  @Get()
  @Header('X-Content-Type-Options', 'nosniff')
  list(@Req() { apiKey }: AuthenticatedRequest): Promise<EventEntity[]> {
    return this.events.find({
      where: { projectId: apiKey.projectId ?? IsNull() },
      order: { receivedAt: 'DESC', id: 'DESC' },
      take: 20,
    });
  }
}
