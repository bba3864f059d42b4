import { type RawBuilder, sql } from 'kysely';

/** Takes what no other partition does, so that no write is lost where one is missing. */
export const restOf = (table: string): string => `${table}_rest`;

/** What stood in the table when it was cut, up to the end of that month. */
export const beforeOf = (table: string): string => `${table}_before`;

/**
 * Cuts a table into partitions by an instant in milliseconds (PostgreSQL, 5.12), its rows staying where they are: what was the table becomes
 * its first partition, and nothing is copied but an index.
 *
 * A unique index over partitions must hold the instant, and so cannot keep the key alone apart: a trigger does, as the conflict clause did.
 * It sees all there is, as groups of units are written one after another (decision 91).
 */
export function intoPartitions(
  table: string,
  { key, instant }: { readonly key: string; readonly instant: string },
): RawBuilder<unknown>[] {
  const [whole, before, rest] = [sql.id(table), sql.id(beforeOf(table)), sql.id(restOf(table))];
  const [keyColumn, instantColumn] = [sql.id(key), sql.id(instant)];
  const once = sql.id(`${table}_once`);
  return [
    sql`alter table ${whole} rename to ${before}`,
    sql`alter table ${before} drop constraint ${sql.id(`${table}_pkey`)}`,
    sql`create table ${whole} (like ${before}, primary key (${keyColumn}, ${instantColumn})) partition by range (${instantColumn})`,
    sql`create table ${rest} partition of ${whole} default`,
    attachBefore(table, instant),
    sql`create function ${once}() returns trigger language plpgsql as $$ begin
      if exists (select from ${whole} where ${keyColumn} = new.${keyColumn}) then return null; end if;
      return new;
    end $$`,
    sql`create trigger ${once} before insert on ${whole} for each row execute function ${once}()`,
  ];
}

/** Up to the end of the month of its newest row, or of now; an empty table has nothing to keep. */
function attachBefore(table: string, instant: string): RawBuilder<unknown> {
  const [whole, before] = [sql.raw(table), sql.raw(beforeOf(table))];
  return sql`do $$ declare newest bigint; ends bigint; begin
      select max(${sql.raw(instant)}) into newest from ${before};
      if newest is null then drop table ${before}; return; end if;
      newest := greatest(newest, (extract(epoch from now()) * 1000)::bigint);
      ends := extract(epoch from (date_trunc('month', to_timestamp(newest / 1000.0) at time zone 'UTC') + interval '1 month')
        at time zone 'UTC')::bigint * 1000;
      execute format('alter table ${whole} attach partition ${before} for values from (minvalue) to (%s)', ends);
    end $$`;
}
