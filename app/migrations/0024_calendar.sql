-- The calendar: days on which citizens are received, meetings, water and power cuts.

create type event_kind as enum ('reception', 'meeting', 'water_cut', 'power_cut', 'other');
create table events (
    id bigint generated always as identity primary key,
    kind event_kind not null,
    title text not null constraint event_title check (char_length(title) between 1 and 200),
    place text not null default '' constraint event_place check (char_length(place) <= 200),
    note text not null default '' constraint event_note check (char_length(note) <= 1000),
    begins_at timestamptz not null,
    -- open where it is null
    ends_at timestamptz,
    -- for calendars that know it already: it takes place no more
    is_cancelled boolean not null default false,
    -- grows with each change
    revision integer not null default 0,
    updated_at timestamptz not null default now(),
    created_by bigint references accounts,
    constraint event_times check (ends_at > begins_at and ends_at <= begins_at + interval '31 days')
);
create index events_beginning on events (begins_at, id);
create trigger notify_site after insert or update or delete on events
    for each statement execute function notify_channel('site');
