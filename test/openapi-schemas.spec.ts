import { ApiProperty, DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Exclude, Expose, Transform, Type } from 'class-transformer';
import * as rules from 'class-validator';
import { EventDto, EventLogModule, EventType } from 'nestjs-event-log';
import { closeApps, createApp } from './utils/create-app.js';
import { clientOf } from './utils/client.js';

const KEY = 'key-of-the-site';

enum Size {
  Small,
  Large,
}

class Part {
  @rules.IsString()
  sku!: string;

  @rules.IsOptional()
  @rules.ValidateNested({ each: true })
  @Type(() => Part)
  parts?: Part[];
}

class Card {
  @rules.IsString()
  number!: string;
}

class Iban {
  @rules.IsString()
  iban!: string;
}

/** One that only @nestjs/swagger knows. */
class Described {
  @ApiProperty()
  name!: string;
}

const IsEven = () => rules.ValidateBy({ name: 'isEven', validator: { validate: (value) => Number(value) % 2 === 0 } });

@EventType('thing')
class ThingDto extends EventDto {
  @rules.IsUUID() uuid!: string;
  @rules.Length(2, 4) @rules.MinLength(3) length!: string;
  @rules.IsNotEmpty() @rules.IsString() notEmpty!: string;
  @rules.IsEmail() email!: string;
  @rules.IsUrl() url!: string;
  @rules.IsUrl({ require_protocol: true }) uri!: string;
  @rules.IsISO8601() iso!: string;
  @rules.IsRFC3339() rfc3339!: string;
  @rules.Matches(/^[a-z]+-\d$/) matching!: string;
  @rules.Matches(/^a$/i) ignoringCase!: string;
  @rules.IsIP() ip!: string;
  @rules.IsInt() @rules.Min(0) @rules.Max(9) int!: number;
  @rules.IsInt() @rules.IsPositive() positive!: number;
  @rules.IsNumber() number!: number;
  @rules.IsBoolean() boolean!: boolean;
  @rules.IsIn(['a', 'b']) in!: string;
  @rules.Equals(5n) equalToNoJson!: bigint;
  @rules.IsIn([undefined, 'a']) inOrAbsent?: string;
  @rules.Min(0) @rules.Max(Infinity) unbounded!: number;
  @rules.IsDivisibleBy(-2) divisible!: number;
  @rules.Matches('[', 'u') unreadable!: string;
  @rules.IsInt() get computed() {
    return 5;
  }
  @rules.IsOptional() @rules.IsIn(['a']) optionalIn?: string | null;
  @rules.IsEnum(Size) size!: Size;
  @rules.IsObject() object!: object;
  @rules.IsArray()
  @rules.ArrayMinSize(1)
  @rules.ArrayMaxSize(3)
  @rules.ArrayUnique()
  @rules.IsString({ each: true })
  tags!: string[];
  @rules.IsOptional() @rules.IsInt() optional?: number | null;
  @rules.IsInt() preset = 3;
  @IsEven() even!: number;
  @rules.IsInt() @IsEven() evenInt!: number;
  @rules.IsDefined() @rules.ValidateNested() @Type(() => Part) part!: Part;
  @rules.ValidateNested({ each: true }) @Type(() => Part) maybe!: Part[];
  @rules.ValidateNested({ each: true }) @Type(() => Part) @rules.ArrayUnique() unique!: Part[];
  @rules.IsOptional() @rules.ValidateNested() @Type(() => Part) optionalPart?: Part | null;
  @rules.IsDefined()
  @rules.ValidateNested()
  @Type(() => Card, {
    discriminator: {
      property: 'kind',
      subTypes: [
        { name: 'card', value: Card },
        { name: 'iban', value: Iban },
      ],
    },
  })
  payment!: Card | Iban;
  @Transform(({ value }: { value: string }) => value.split(',')) @rules.IsString({ each: true }) csv!: string[];
  @Expose({ name: 'renamed_field' }) @rules.IsString() renamed!: string;
  @rules.ValidateIf((thing: ThingDto) => thing.int > 5) @rules.Length(5, 5) onlyWithMuch!: string;
  @rules.IsInt() @ApiProperty({ description: 'In cents', example: 5 }) described!: number;
  @rules.IsString() @ApiProperty({ type: 'string', format: 'color', required: false }) color!: string;
  @Transform(({ value }: { value: unknown }) => value) @rules.IsString() @ApiProperty() told!: string;
  @rules.IsObject() @ApiProperty({ type: () => Described }) byOthers!: Described;
  @rules.IsArray() @ApiProperty({ type: () => [Described] }) listByOthers!: Described[];
  @rules.IsOptional() @Exclude() excluded?: string;
}

const part = { $ref: '#/components/schemas/EventLogValue.thing.Part' };
const described = { $ref: '#/components/schemas/Described' };

const FIELDS: [field: string, schema: object, isRequired?: boolean][] = [
  ['uuid', { type: 'string', format: 'uuid' }],
  ['length', { type: 'string', minLength: 3, maxLength: 4 }],
  ['notEmpty', { type: 'string', minLength: 1 }],
  ['email', { type: 'string', format: 'email' }],
  ['url', { type: 'string' }],
  ['uri', { type: 'string', format: 'uri' }],
  ['iso', { type: 'string' }],
  ['rfc3339', { type: 'string', format: 'date-time' }],
  ['matching', { type: 'string', pattern: '^[a-z]+-\\d$' }],
  ['ignoringCase', { type: 'string' }],
  ['ip', { type: 'string' }],
  ['int', { type: 'integer', minimum: 0, maximum: 9 }],
  ['positive', { type: 'integer', minimum: 1 }],
  ['number', { type: 'number' }],
  ['boolean', { type: 'boolean' }],
  ['in', { enum: ['a', 'b'] }],
  ['equalToNoJson', {}],
  ['inOrAbsent', { enum: ['a'] }, false],
  ['unbounded', { type: 'number', minimum: 0 }],
  ['divisible', { type: 'number' }],
  ['unreadable', { type: 'string' }],
  ['computed', { type: 'integer' }, false],
  ['optionalIn', { enum: ['a', null], nullable: true }, false],
  ['size', { enum: [0, 1] }],
  ['object', { type: 'object' }],
  ['tags', { type: 'array', minItems: 1, maxItems: 3, uniqueItems: true, items: { type: 'string' } }],
  ['optional', { type: 'integer', nullable: true }, false],
  ['preset', { type: 'integer' }, false],
  ['even', {}],
  ['evenInt', { type: 'integer' }],
  ['part', part],
  ['maybe', { type: 'array', items: part, nullable: true }, false],
  ['unique', { type: 'array', items: part }],
  ['optionalPart', { type: 'object', allOf: [part], nullable: true }, false],
  [
    'payment',
    {
      anyOf: ['Card', 'Iban'].map((name) => ({
        allOf: [
          { $ref: `#/components/schemas/EventLogValue.thing.${name}` },
          { type: 'object', properties: { kind: { type: 'string', enum: [name.toLowerCase()] } } },
        ],
      })),
    },
  ],
  ['csv', {}, false],
  ['renamed_field', { type: 'string' }],
  ['onlyWithMuch', {}, false],
  ['described', { type: 'integer', description: 'In cents', example: 5 }],
  ['color', { type: 'string', format: 'color' }, false],
  ['told', { type: 'string' }, false],
  ['byOthers', described],
  ['listByOthers', { type: 'array', items: described }],
  ['excluded', {}, false],
];

describe('The schema of an entity type of the host', () => {
  let schemas: Record<string, { properties: Record<string, object>; required?: string[] }>;
  let url: string;

  beforeAll(async () => {
    const imports = [
      EventLogModule.forFeature([ThingDto]),
      EventLogModule.forRoot({ apiKeys: [{ id: 'a', key: KEY, kind: 'api' }] }),
    ];
    const { app, url: listening } = await createApp('express', { imports });
    url = listening;
    schemas = SwaggerModule.createDocument(app, new DocumentBuilder().build()).components!.schemas as typeof schemas;
  });
  afterAll(closeApps);

  it.each(FIELDS)('has %s by its rules', (field, schema, isRequired = true) => {
    for (const name of ['EventLogEvent.thing', 'EventLogStoredEvent.thing']) {
      expect([schemas[name].properties[field], schemas[name].required!.includes(field)]).toEqual([schema, isRequired]);
    }
  });

  it('has all of its fields and those of every event', () => {
    const ofEvery = ['type', 'id', 'createdAt', 'projectId', 'integrationId', 'properties', 'userProperties', 'entityType'];
    expect(Object.keys(schemas['EventLogEvent.thing'].properties).toSorted()).toEqual(
      [...FIELDS.map(([field]) => field), ...ofEvery].toSorted(),
    );
  });

  it('refers to nested classes, also to one that holds itself', () => {
    expect(schemas['EventLogValue.thing.Part']).toEqual({
      type: 'object',
      properties: { sku: { type: 'string' }, parts: { type: 'array', items: part, nullable: true } },
      required: ['sku'],
    });
    expect(schemas.Described).toMatchObject({ properties: { name: { type: 'string' } } });
  });

  it('lets pass what the server takes of the fields of every event, and not more', async () => {
    const { properties, required } = schemas['EventLogEvent.search'];
    const client = clientOf(url, KEY);
    expect(required).toEqual(['entityType', 'type', 'searchQuery']);
    for (const [field, schema] of Object.entries(properties) as [
      string,
      { maxLength?: number; minLength?: number; nullable?: true },
    ][]) {
      const event = { entityType: 'search', type: 't', searchQuery: 'q' };
      const status = async (value: unknown) => (await client.log({ ...event, [field]: value })).status;
      expect([field, await status(null)]).toEqual([field, schema.nullable ? 200 : 422]);
      expect([field, await status(undefined)]).toEqual([field, required!.includes(field) ? 422 : 200]);
      if (schema.maxLength === undefined) continue;
      expect([await status('x'.repeat(schema.maxLength)), await status('x'.repeat(schema.maxLength + 1))]).toEqual([200, 422]);
      expect(await status('')).toBe(schema.minLength === 1 ? 422 : 200);
    }
  });
});
