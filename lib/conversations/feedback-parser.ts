import { UserPropertiesDto } from '../events/entity-types/user-properties.dto.js';
import type { EventScope } from '../events/event-scope.interface.js';
import type { JsonObject } from '../events/event.interface.js';
import { FreeFormJson, MAX_VALUES } from '../events/free-form-json.js';
import { userKeyOf } from '../events/user-key.js';
import { DtoCheck } from '../events/validation/dto-check.js';
import { FieldErrors } from '../events/validation/field-errors.js';
import { digestOf } from '../storage/conversations/conversation-keys.js';
import type { StoredFeedback } from '../storage/conversations/stored-conversation.interface.js';
import { FeedbackDto, FeedbackReasonDto } from './dto/feedback.dto.js';
import { InvalidConversationException } from './invalid-conversation.exception.js';
import { objectOf } from './object-of.js';
import { timeOf } from './time-of.js';

const TOO_MANY = `Feedback must not hold more than ${MAX_VALUES} values in its reasons and properties`;
const FREE_FORM = ['reasons', 'properties', 'userProperties'] as const;

/** Turns what was sent of feedback into what is stored of it, in the scope of its sender. */
export class FeedbackParser {
  private readonly check = new DtoCheck(FeedbackDto);
  private readonly reasonCheck = new DtoCheck(FeedbackReasonDto);
  private readonly userPropertiesCheck = new DtoCheck(UserPropertiesDto);

  /** Takes what `JSON.parse` made and nobody else holds. Throws `InvalidConversationException`. */
  parse(value: unknown, { projectId = null, integrationId = null }: EventScope): StoredFeedback {
    const errors = new FieldErrors();
    const dto = this.validate(objectOf(value, 'feedback'), errors);
    if (errors.list.length > 0) throw new InvalidConversationException(errors.list);
    const { type, messageId, properties = null, userProperties = null } = dto;
    const updatedAt = new Date().toISOString();
    return {
      // The same thumb of the same person is one; who it is, nobody else can see of it.
      id: `fb_${digestOf(projectId, integrationId, messageId, type, userKeyOf({ userProperties }))}`,
      type,
      messageId,
      projectId,
      integrationId,
      createdAt: timeOf(dto.createdAt) ?? updatedAt,
      updatedAt,
      reasons: dto.reasons?.map(({ label, details }) => ({ label, details })) ?? null,
      properties,
      userProperties,
    };
  }

  private validate(input: Record<string, unknown>, errors: FieldErrors): FeedbackDto {
    const dto = this.check.check(input, errors);
    const freeForm = FreeFormJson.owning(errors, TOO_MANY);
    for (const field of FREE_FORM) if (isContainer(dto[field])) freeForm.readValue(dto[field], field);
    if (isContainer(dto.userProperties)) this.userPropertiesCheck.check(dto.userProperties, errors, 'userProperties');
    for (const [index, reason] of (Array.isArray(dto.reasons) ? dto.reasons : []).entries()) {
      if (isContainer(reason)) this.reasonCheck.check(reason, errors, 'reasons', String(index));
    }
    return dto;
  }
}

function isContainer(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null;
}
