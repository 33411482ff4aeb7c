-- What a visitor's erasure looks for.
create index form_refusals_visitor on form_refusals (visitor) where visitor is not null;
