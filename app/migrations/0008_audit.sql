-- The record of what staff did: every line names the one before it by its hash, and the hash is keyed with a key that is not
-- in the database. Lines hold numbers, kinds and digests, never a text or a name.
alter table audit rename to audit_unsealed;
alter index audit_comment rename to audit_unsealed_comment;
alter index audit_age rename to audit_unsealed_age;
alter table audit_unsealed rename constraint audit_pkey to audit_unsealed_pkey;

create table audit (
    number bigint constraint audit_pkey primary key constraint audit_number check (number > 0),
    at timestamptz not null,
    account_id bigint references accounts,
    action text not null,
    -- what it was done to: `comment`, `article`, `account`
    subject text not null,
    subject_id bigint,
    detail text not null,
    -- of the words at that time, with a salt that is erased with them
    digest bytea,
    previous bytea not null constraint audit_previous check (octet_length(previous) = 32),
    hash bytea not null constraint audit_hash check (octet_length(hash) = 32)
);
create index audit_subject on audit (subject, subject_id, number);
create index audit_account on audit (account_id, number);

-- By it a program knows whether its key is the one that the lines were written with.
create table audit_key (
    only_one boolean primary key default true constraint audit_key_once check (only_one),
    proof bytea not null
);

create function keep_audit() returns trigger language plpgsql as $$
begin
    raise exception 'the audit is only ever added to' using errcode = 'restrict_violation', constraint = 'audit_kept';
end $$;
create trigger audit_kept before update or delete on audit for each row execute function keep_audit();
create trigger audit_kept_whole before truncate on audit for each statement execute function keep_audit();
delete from settings where key = 'retention.audit_months';
