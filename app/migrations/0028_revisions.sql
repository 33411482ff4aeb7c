-- Series and the look of the site grow a revision with each change, so that nobody overwrites what they have not seen.

alter table series
    add column revision integer not null default 0,
    add column updated_at timestamptz not null default now();
alter table appearance
    add column revision integer not null default 0,
    add column updated_at timestamptz not null default now();
