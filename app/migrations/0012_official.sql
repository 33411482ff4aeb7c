-- Answers of the body itself.
alter table comments add column official boolean not null default false;
