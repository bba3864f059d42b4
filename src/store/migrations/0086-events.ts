import type { ColumnDefinitionBuilder } from 'kysely';
import type { Migration } from './migration.ts';

const key = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.primaryKey().notNull();
const required = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();

/** What is told, to whom, what must be reported and what is due: see store/events/tables.ts for what the columns mean. */
export const events: Migration = {
  name: '0086-events',
  async up(db, { integer, text }) {
    await db.schema
      .createTable('event')
      .addColumn('sequence', integer, key)
      .addColumn('id', text, (column) => column.notNull().unique())
      .addColumn('tenant', text, required)
      .addColumn('type', text, required)
      .addColumn('subject', text, required)
      .addColumn('at_ms', integer, required)
      .addColumn('body', text, required)
      .execute();
    await db.schema.createIndex('event_tenant').on('event').columns(['tenant', 'sequence']).execute();
    await db.schema
      .createTable('webhook')
      .addColumn('id', text, key)
      .addColumn('tenant', text, required)
      .addColumn('principal_id', text, required)
      .addColumn('sees_all', integer, required)
      .addColumn('scopes', text, required)
      .addColumn('url', text, required)
      .addColumn('types', text)
      .addColumn('secret', text, required)
      .addColumn('previous_secret', text)
      .addColumn('previous_until_ms', integer)
      .addColumn('state', text, required)
      .addColumn('version', integer, required)
      .addColumn('cursor', integer, required)
      .addColumn('failures', integer, required)
      .addColumn('failing_since_ms', integer)
      .addColumn('next_attempt_ms', integer, required)
      .addColumn('lease_until_ms', integer, required)
      .addColumn('last_attempt_ms', integer)
      .addColumn('last_result', text)
      .addColumn('created_at_ms', integer, required)
      .addColumn('disabled_at_ms', integer)
      .execute();
    await db.schema.createIndex('webhook_tenant').on('webhook').columns(['tenant', 'id']).execute();
    await db.schema
      .createTable('incident')
      .addColumn('id', text, key)
      .addColumn('tenant', text, required)
      .addColumn('kind', text, required)
      .addColumn('open_key', text, (column) => column.unique())
      .addColumn('subjects', text, required)
      .addColumn('evidence', text, required)
      .addColumn('state', text, required)
      .addColumn('opened_at_ms', integer, required)
      .addColumn('due_at_ms', integer, required)
      .addColumn('times_seen', integer, required)
      .addColumn('last_seen_ms', integer, required)
      .addColumn('overdue_at_ms', integer)
      .addColumn('reported_at_ms', integer)
      .addColumn('reported_by', text)
      .addColumn('reference', text)
      .addColumn('closed_at_ms', integer)
      .addColumn('closed_by', text)
      .addColumn('closed_reason', text)
      .addColumn('leaf_index', integer, required)
      .execute();
    await db.schema.createIndex('incident_tenant').on('incident').columns(['tenant', 'id']).execute();
    await db.schema
      .createTable('incident_note')
      .addColumn('incident_id', text, (column) => column.notNull().references('incident.id'))
      .addColumn('position', integer, required)
      .addColumn('at_ms', integer, required)
      .addColumn('by', text, required)
      .addColumn('note', text, required)
      .addPrimaryKeyConstraint('incident_note_key', ['incident_id', 'position'])
      .execute();
    await db.schema
      .createTable('incident_licence')
      .addColumn('licence_id', text, required)
      .addColumn('incident_id', text, (column) => column.notNull().references('incident.id'))
      .addPrimaryKeyConstraint('incident_licence_key', ['licence_id', 'incident_id'])
      .execute();
    await db.schema
      .createTable('schedule')
      .addColumn('kind', text, required)
      .addColumn('subject', text, required)
      .addColumn('due_ms', integer, required)
      .addColumn('lease_until_ms', integer, required)
      .addColumn('version', integer, required)
      .addColumn('state', text)
      .addPrimaryKeyConstraint('schedule_key', ['kind', 'subject'])
      .execute();
    await db.schema.createIndex('schedule_due').on('schedule').column('due_ms').execute();
    await db.schema
      .createTable('licence_subject')
      .addColumn('subject', text, required)
      .addColumn('licence_id', text, (column) => column.notNull().references('licence.id'))
      .addColumn('proven_at_ms', integer)
      .addPrimaryKeyConstraint('licence_subject_key', ['subject', 'licence_id'])
      .execute();
    await db.schema
      .createIndex('licence_subject_licence')
      .on('licence_subject')
      .columns(['licence_id', 'subject'])
      .execute();
    await db.schema
      .createTable('licence_standing')
      .addColumn('licence_id', text, (column) => key(column).references('licence.id'))
      .addColumn('failing', text, required)
      .addColumn('suspends_at_ms', integer)
      .addColumn('cause', text)
      .addColumn('judged_at_ms', integer)
      .addColumn('reinstated_at_ms', integer)
      .execute();
    await db.schema
      .createTable('facility_outage')
      .addColumn('facility_id', text, required)
      .addColumn('cause', text, required)
      .addColumn('began_at_ms', integer, required)
      .addColumn('last_seen_ms', integer, required)
      .addPrimaryKeyConstraint('facility_outage_key', ['facility_id', 'cause'])
      .execute();
    await db.schema.createIndex('host_facility').on('host').column('facility_id').execute();
    await db.schema
      .createTable('decision_standing')
      .addColumn('licence_id', text, (column) => column.notNull().references('licence.id'))
      .addColumn('question', text, required)
      .addColumn('outcome', text, required)
      .addColumn('decision_id', text, required)
      .addPrimaryKeyConstraint('decision_standing_key', ['licence_id', 'question'])
      .execute();
  },
};
