-- Devices that are known from an earlier sign-in, refused forms that belong to a session, and sealed second factors.

-- Grows with a new password and when all sessions are ended: a device that was known before is known no more.
alter table accounts add column device_epoch integer not null default 1;

-- A session that was ended stays as an expired row until it is deleted, so that a form that comes too late is known to be
-- its account's.
create trigger notify_staff_ended after update of data on sessions
    for each statement execute function notify_channel('staff');

-- Whose form it was: the session under the hash of its id, with its account, and the private link it was sent with. At
-- the desk a form is shown to its own session alone.
alter table form_refusals
    add column session_hash bytea,
    add column account_id bigint references accounts on delete cascade,
    add column link_hash bytea;
create index form_refusals_link on form_refusals (link_hash) where link_hash is not null;

-- A secret is sealed with a key that is not in the database; the program seals those that are not yet.
alter table second_factors drop constraint second_factor_secret;
alter table second_factors
    add constraint second_factor_secret check (octet_length(secret) in (20, 48));
