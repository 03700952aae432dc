//! R&D: divided among prefectures, kinds of performers and units, and filed once a year.

use weir_schemas::event::Form;
use weir_schemas::period::Period;

use super::data::{Figures, Prefecture, Year, thousands};
use super::draw::{Draw, Topic, apportion, apportion_all};
use super::planned::Filing;
use super::population::Population;
use super::reports::Desk;
use super::scale::Scale;
use super::unit::UnitIndex;
use super::{FIRST_YEAR, SimulateError, Span, supplements};

/// Above-scale industrial high-tech enterprises that file form 107-2.
const ENTERPRISES: u64 = 1_200;
/// The largest performer of a prefecture is so many times the smallest.
const LARGEST: u64 = 64;
/// How basic and applied research fall to enterprises, institutes, universities and others, of a thousand.
const BASIC: [u64; 4] = [22, 447, 517, 14];
const APPLIED: [u64; 4] = [150, 640, 185, 25];

/// The kinds of performers, in the order of the figures.
const SECTORS: usize = 4;
const FORMS: [Form; SECTORS] = [Form::F107_2, Form::RdInst, Form::RdHe, Form::RdInst];

/// Who performs R&D somewhere, with weights that drift from year to year.
struct Performers {
    prefecture: usize,
    sector: usize,
    units: Vec<(UnitIndex, u64)>,
}

/// What some performers have in a year: thousands of yuan by activity, and person-years.
#[derive(Debug, Clone, Copy, Default)]
struct Effort {
    basic: u64,
    applied: u64,
    fte: u64,
}

/// A unit's share, before it is divided by activity.
struct Share {
    group: usize,
    unit: UnitIndex,
    internal: u64,
}

/// Plans the annual reports on R&D, from the year before the span: it is filed within it.
pub(super) fn plan(
    desk: &mut Desk<'_>,
    population: &Population,
    figures: &Figures,
    scale: Scale,
    seed: u64,
    span: Span,
) -> Result<(), SimulateError> {
    let mut draw = Draw::new(seed, Topic::Research);
    let mut performers = performers(&mut draw, population, figures, scale);
    for year in FIRST_YEAR - 1..=span.to {
        let of = figures.year(year)?;
        for group in &mut performers {
            group.units.retain(|(unit, _)| !population.ended_by(*unit, year));
        }
        let shares = internal(&performers, figures, of, scale);
        let reports = activities(&mut draw, &performers, figures, of, scale, &shares);
        for (share, effort) in shares.iter().zip(reports).filter(|_| year + 1 >= span.from) {
            let Effort { basic, applied, fte } = effort;
            let experimental = share.internal.saturating_sub(basic + applied);
            let headcount = fte * draw.between(108, 165) / 100 + 1;
            let items = [share.internal, basic, applied, experimental, fte, headcount];
            let form = FORMS[performers[share.group].sector];
            desk.file(&Filing::first(share.unit, form, Period::Year(year), items), None);
        }
        for (_, weight) in performers.iter_mut().flat_map(|group| &mut group.units) {
            *weight = draw.vary(*weight, 90, 111);
        }
    }
    Ok(())
}

/// Enterprises with R&D are the first of each prefecture's above-scale high-tech enterprises; the others all have it.
fn performers(draw: &mut Draw, population: &Population, figures: &Figures, scale: Scale) -> Vec<Performers> {
    let places = figures.prefectures.len();
    let mut by_place = |units: &[UnitIndex]| {
        let mut found: Vec<Vec<(UnitIndex, u64)>> = vec![Vec::new(); places];
        for unit in units {
            let place = population.unit(*unit).and_then(|of| found.get_mut(of.prefecture));
            place.into_iter().for_each(|place| place.push((*unit, draw.heavy(LARGEST))));
        }
        found
    };
    let mut enterprises = by_place(&population.industrial);
    let counts: Vec<u64> = enterprises.iter().map(|units| units.len() as u64).collect();
    let filing = apportion_all(scale.count(ENTERPRISES).max(places as u64), &counts);
    for (units, count) in enterprises.iter_mut().zip(filing) {
        units.truncate(usize::try_from(count).unwrap_or(usize::MAX));
    }
    let institutes = by_place(&population.institutes);
    let universities = by_place(&population.universities);
    let others = by_place(&population.others);
    let sectors = [enterprises, institutes, universities, others];
    let groups = sectors.into_iter().enumerate().flat_map(|(sector, places)| {
        let groups = places.into_iter().enumerate();
        groups.map(move |(prefecture, units)| Performers { prefecture, sector, units })
    });
    groups.filter(|group| !group.units.is_empty()).collect()
}

/// A prefecture's expenditure of 2021 by kind of performer; it weighs in other years as well.
fn weight(prefecture: &Prefecture, sector: usize) -> u64 {
    let Prefecture { rd_total, rd_institutes, rd_universities, rd_others, .. } = prefecture;
    thousands(match sector {
        0 => rd_total - rd_institutes - rd_universities - rd_others,
        1 => *rd_institutes,
        2 => *rd_universities,
        _ => *rd_others,
    })
}

/// Divides the year's expenditure among kinds of performers, prefectures and units.
fn internal(performers: &[Performers], figures: &Figures, year: &Year, scale: Scale) -> Vec<Share> {
    let sum = |value| scale.sum(thousands(value));
    let [enterprises, institutes, universities] =
        [year.rd_enterprises, year.rd_institutes, year.rd_universities].map(sum);
    let rest = sum(year.rd_internal) - enterprises - institutes - universities;
    // What enterprises too small to report have stands in the supplement.
    let reported = enterprises - supplements::research(enterprises, year.year);
    let totals = [reported, institutes, universities, rest];
    let mut shares = Vec::new();
    for (sector, total) in totals.into_iter().enumerate() {
        let groups: Vec<(usize, &Performers)> = performers
            .iter()
            .enumerate()
            .filter(|(_, group)| group.sector == sector && !group.units.is_empty())
            .collect();
        let weights: Vec<u64> =
            groups.iter().map(|(_, of)| weight(&figures.prefectures[of.prefecture], sector)).collect();
        for ((group, of), total) in groups.into_iter().zip(apportion(total, &weights)) {
            let weights: Vec<u64> = of.units.iter().map(|(_, weight)| *weight).collect();
            for ((unit, _), internal) in of.units.iter().zip(apportion(total, &weights)) {
                shares.push(Share { group, unit: *unit, internal });
            }
        }
    }
    shares
}

/// Divides basic and applied research and person-years among the shares, about in proportion to their size.
fn activities(
    draw: &mut Draw,
    performers: &[Performers],
    figures: &Figures,
    year: &Year,
    scale: Scale,
    shares: &[Share],
) -> Vec<Effort> {
    let published = |share: &Share| {
        let prefecture = &figures.prefectures[performers[share.group].prefecture];
        let published = (prefecture.rd_basic?, prefecture.rd_applied?, prefecture.rd_fte?);
        (year.year == FIRST_YEAR).then_some(published)
    };
    let mut efforts = vec![Effort::default(); shares.len()];
    let mut divide =
        |total: u64, among: &dyn Fn(&Share) -> bool, vary: (u64, u64), put: fn(&mut Effort, u64)| {
            let members: Vec<usize> =
                shares.iter().enumerate().filter(|(_, share)| among(share)).map(|(at, _)| at).collect();
            let weights: Vec<u64> =
                members.iter().map(|at| draw.vary(shares[*at].internal, vary.0, vary.1)).collect();
            for (at, part) in members.into_iter().zip(apportion(total, &weights)) {
                put(&mut efforts[at], part);
            }
        };
    let sum = |value| scale.sum(thousands(value));
    let (mut basic, mut applied) = (sum(year.rd_basic), sum(year.rd_applied));
    let mut fte = scale.sum(year.rd_fte);
    for (place, prefecture) in figures.prefectures.iter().enumerate() {
        let known =
            shares.iter().find(|share| performers[share.group].prefecture == place).and_then(published);
        let Some((its_basic, its_applied, its_fte)) = known else { continue };
        let (its_basic, its_applied, its_fte) = (sum(its_basic), sum(its_applied), scale.sum(its_fte));
        let here =
            |share: &Share| figures.prefectures[performers[share.group].prefecture].area == prefecture.area;
        divide(its_basic, &here, (100, 100), |effort, part| effort.basic = part);
        divide(its_applied, &here, (100, 100), |effort, part| effort.applied = part);
        divide(its_fte, &here, (80, 120), |effort, part| effort.fte = part);
        (basic, applied, fte) = (basic - its_basic, applied - its_applied, fte - its_fte);
    }
    for (sector, (basic, applied)) in
        apportion(basic, &BASIC).into_iter().zip(apportion(applied, &APPLIED)).enumerate()
    {
        let among = |share: &Share| performers[share.group].sector == sector && published(share).is_none();
        divide(basic, &among, (92, 108), |effort, part| effort.basic = part);
        divide(applied, &among, (92, 108), |effort, part| effort.applied = part);
    }
    divide(fte, &|share| published(share).is_none(), (80, 120), |effort, part| effort.fte = part);
    efforts
}
