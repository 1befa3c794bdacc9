-- Each of the 25 cells of recency and frequency scores has a name; that no cell has two is tested with the seed.
select count(*) as n_cells
from {{ ref('rfm_segment_rules') }}
where r_score in (1, 2, 3, 4, 5) and f_score in (1, 2, 3, 4, 5) and rfm_segment is not null
having count(*) <> 25
