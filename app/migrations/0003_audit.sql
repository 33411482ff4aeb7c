-- The record of what staff did. Each entry contains the hash of the one before it, keyed with a key that is not in the
-- database. Entries hold numbers, kinds and digests, never a text or a name.

create table audit (
    number bigint constraint audit_pkey primary key constraint audit_number check (number > 0),
    at timestamptz not null,
    account_id bigint references accounts,
    action text not null,
    -- the kind of thing it was done to: comment, article, account
    subject text not null,
    subject_id bigint,
    detail text not null,
    -- of the text at that time, with a salt that is erased together with the text
    digest bytea,
    previous bytea not null constraint audit_previous check (octet_length(previous) = 32),
    hash bytea not null constraint audit_hash check (octet_length(hash) = 32)
);
create index audit_subject on audit (subject, subject_id, number);
create index audit_account on audit (account_id, number);
create index audit_action on audit (action, number);

-- Proves that a program's key is the one that the entries were written with.
create table audit_key (
    only_one boolean primary key default true constraint audit_key_once check (only_one),
    proof bytea not null
);

create function refuse_audit_change() returns trigger language plpgsql as $$
begin
    raise exception 'audit entries are never changed' using errcode = 'restrict_violation', constraint = 'audit_immutable';
end $$;
create trigger audit_immutable before update or delete on audit for each row execute function refuse_audit_change();
create trigger audit_immutable_whole before truncate on audit
    for each statement execute function refuse_audit_change();
