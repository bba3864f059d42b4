import type { ColumnDefinitionBuilder } from 'kysely';
import type { Migration } from './migration.ts';

const key = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.primaryKey().notNull();
const required = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();

/** Enrolment, attestation and the gate: see store/attestation/tables.ts for what the columns mean. */
export const attestation: Migration = {
  name: '0003-attestation',
  async up(db, { integer, text, bytes }) {
    await db.schema
      .createTable('dpop_proof')
      .addColumn('digest', integer, key)
      .addColumn('expires_at_ms', integer, required)
      .execute();
    await db.schema.createIndex('dpop_proof_expires').on('dpop_proof').column('expires_at_ms').execute();

    await db.schema
      .createTable('enrolment_token')
      .addColumn('id', text, key)
      .addColumn('tenant', text, required)
      .addColumn('facility_id', text, required)
      .addColumn('secret_hash', text, (column) => column.notNull().unique())
      .addColumn('claims', text, required)
      .addColumn('created_by', text, required)
      .addColumn('created_at_ms', integer, required)
      .addColumn('expires_at_ms', integer, required)
      .addColumn('attempts_left', integer, required)
      .addColumn('consumed_at_ms', integer)
      .addColumn('host_id', text)
      .addColumn('revoked_at_ms', integer)
      .execute();
    await db.schema
      .createIndex('enrolment_token_tenant')
      .on('enrolment_token')
      .columns(['tenant', 'id'])
      .execute();
    await db.schema
      .createTable('enrolment')
      .addColumn('id', text, key)
      .addColumn('token_id', text, (column) => column.notNull().references('enrolment_token.id'))
      .addColumn('tenant', text, required)
      .addColumn('facility_id', text, required)
      .addColumn('jkt', text, required)
      .addColumn('host_key', text, required)
      .addColumn('hostname', text)
      .addColumn('tpm', text)
      .addColumn('proof_hash', text)
      .addColumn('outcome', text, required)
      .addColumn('findings', text, required)
      .addColumn('created_at_ms', integer, required)
      .addColumn('expires_at_ms', integer, required)
      .addColumn('attempts_left', integer, required)
      .addColumn('host_id', text)
      .execute();
    await db.schema.createIndex('enrolment_tenant').on('enrolment').columns(['tenant', 'id']).execute();

    await db.schema
      .createTable('host')
      .addColumn('id', text, key)
      .addColumn('tenant', text, required)
      .addColumn('facility_id', text, required)
      .addColumn('ek_digest', text, (column) => column.notNull().unique())
      .addColumn('ek_certificate', bytes, required)
      .addColumn('ek_anchor', text, required)
      .addColumn('ek_name', bytes, required)
      .addColumn('ek_valid_until_ms', integer, required)
      .addColumn('jkt', text, (column) => column.notNull().unique())
      .addColumn('host_key', text, required)
      .addColumn('ak_name', bytes, (column) => column.notNull().unique())
      .addColumn('ak_public', bytes, required)
      .addColumn('hostname', text)
      .addColumn('tpm_device_id', text, (column) => column.notNull().unique())
      .addColumn('enrolled_at_ms', integer, required)
      .addColumn('version', integer, required)
      .addColumn('suspended_at_ms', integer)
      .addColumn('suspended_reason', text)
      .execute();
    await db.schema.createIndex('host_tenant').on('host').columns(['tenant', 'id']).execute();
    await db.schema
      .createTable('host_state')
      .addColumn('host_id', text, (column) => key(column).references('host.id'))
      .addColumn('session_id', text)
      .addColumn('session_issued_at_ms', integer, required)
      .addColumn('session_expires_at_ms', integer, required)
      .addColumn('unanswered', integer, required)
      .addColumn('failures', integer, required)
      .addColumn('next_attestation_after_ms', integer, required)
      .addColumn('evidence_session_id', text)
      .addColumn('evidence_at_ms', integer)
      .addColumn('outcome', text)
      .addColumn('reasons', text, required)
      .addColumn('facts', text)
      .addColumn('reference_sets', text, required)
      .addColumn('trust_epoch', integer, required)
      .addColumn('pcrs', text)
      .addColumn('firmware_version', text)
      .execute();
    await db.schema
      .createTable('host_device')
      .addColumn('device_id', text, key)
      .addColumn('host_id', text, (column) => column.notNull().references('host.id'))
      .addColumn('link', text, required)
      .addColumn('since_ms', integer, required)
      .execute();
    await db.schema.createIndex('host_device_host').on('host_device').column('host_id').execute();

    await db.schema
      .createTable('session')
      .addColumn('id', text, key)
      .addColumn('host_id', text, (column) => column.notNull().references('host.id'))
      .addColumn('nonce', bytes, required)
      .addColumn('issued_at_ms', integer, required)
      .addColumn('expires_at_ms', integer, required)
      .addColumn('submitted_at_ms', integer)
      .addColumn('evidence_digest', text)
      .addColumn('lapsed_at_ms', integer)
      .execute();
    await db.schema
      .createTable('evidence')
      .addColumn('digest', text, key)
      .addColumn('media_type', text, required)
      .addColumn('content', bytes, required)
      .addColumn('received_at_ms', integer, required)
      .execute();
    await db.schema
      .createTable('appraisal')
      .addColumn('session_id', text, (column) => key(column).references('session.id'))
      .addColumn('host_id', text, required)
      .addColumn('tenant', text, required)
      .addColumn('evidence_digest', text, required)
      .addColumn('outcome', text, required)
      .addColumn('at_ms', integer, required)
      .addColumn('answer', text, required)
      .addColumn('leaf_index', integer, required)
      .execute();
    await db.schema.createIndex('appraisal_host').on('appraisal').columns(['host_id', 'at_ms']).execute();

    await db.schema
      .createTable('latch')
      .addColumn('id', text, key)
      .addColumn('tenant', text, required)
      .addColumn('subject_kind', text, required)
      .addColumn('subject_id', text, required)
      .addColumn('code', text, required)
      .addColumn('sentence', text, required)
      .addColumn('session_id', text)
      .addColumn('latched_at_ms', integer, required)
      .addColumn('cleared_at_ms', integer)
      .addColumn('cleared_by', text)
      .addColumn('cleared_reason', text)
      .execute();
    await db.schema
      .createIndex('latch_subject')
      .on('latch')
      .columns(['subject_kind', 'subject_id', 'cleared_at_ms'])
      .execute();
    await db.schema.createIndex('latch_tenant').on('latch').columns(['tenant', 'id']).execute();

    await db.schema
      .createTable('licence')
      .addColumn('id', text, key)
      .addColumn('tenant', text, required)
      .addColumn('conditions', text, required)
      .addColumn('status', text, required)
      .addColumn('created_by', text, required)
      .addColumn('created_at_ms', integer, required)
      .addColumn('version', integer, required)
      .addColumn('leaf_index', integer, required)
      .execute();
    await db.schema.createIndex('licence_tenant').on('licence').columns(['tenant', 'id']).execute();
    await db.schema
      .createTable('decision')
      .addColumn('id', text, key)
      .addColumn('licence_id', text, (column) => column.notNull().references('licence.id'))
      .addColumn('tenant', text, required)
      .addColumn('outcome', text, required)
      .addColumn('at_ms', integer, required)
      .addColumn('answer', text, required)
      .addColumn('leaf_index', integer, required)
      .execute();
    await db.schema.createIndex('decision_licence').on('decision').columns(['licence_id', 'at_ms']).execute();
    await db.schema
      .createTable('decision_key')
      .addColumn('principal_id', text, required)
      .addColumn('key', text, required)
      .addColumn('request_digest', text, required)
      .addColumn('decision_id', text, required)
      .addPrimaryKeyConstraint('decision_key_once', ['principal_id', 'key'])
      .execute();
  },
};
