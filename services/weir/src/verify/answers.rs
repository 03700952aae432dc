//! Compares figures with query's answers: as of the moment, and of the present while nothing came since.

use anyhow::ensure;
use futures::{StreamExt, TryStreamExt, stream};
use indicatif::ProgressBar;
use jiff::Timestamp;
use weir_recount::{Figures, in_china};

use super::difference::Compared;
use super::expected::Expected;
use super::question::Question;
use super::reader::{Answer, Reader};

/// Query's answers, compared with what was recounted.
pub(super) struct Answers<'a> {
    pub(super) figures: &'a Figures<'a>,
    pub(super) reader: &'a Reader,
    pub(super) moment: Timestamp,
    /// Whether the present is asked for: it is that of the moment only where nothing lies behind it.
    pub(super) present: bool,
    /// Requests at a time.
    pub(super) requests: usize,
    /// The most differences to show.
    pub(super) show: usize,
}

/// What both kinds of answers gave.
pub(super) struct Both {
    /// As of the moment.
    pub(super) past: Compared,
    /// Of the present; nothing is compared where it was not asked for.
    pub(super) present: Compared,
}

impl Answers<'_> {
    /// Asks all questions. The two names are those of what is compared, as of the moment and of now.
    pub(super) async fn compare(
        &self,
        questions: Vec<Question<'_>>,
        names: (&'static str, &'static str),
        progress: &ProgressBar,
    ) -> anyhow::Result<Both> {
        let nothing =
            Both { past: Compared::new(names.0, self.show), present: Compared::new(names.1, self.show) };
        let questions: Vec<_> =
            questions.into_iter().filter(|question| question.of_past || self.present).collect();
        progress.set_length(questions.len() as u64);
        let asked = stream::iter(questions).map(|question| async move {
            // The present first: the sooner it is asked, the less has come since the moment.
            let now = match self.present {
                true => Some(self.reader.ask(&question, None).await?),
                false => None,
            };
            let past = match question.of_past {
                true => Some(self.reader.ask(&question, Some(self.moment)).await?),
                false => None,
            };
            if let Some(past) = &past {
                let Answer { reflects, .. } = past;
                ensure!(
                    *reflects == self.moment,
                    "{} was asked as of {} and answered as of {reflects}",
                    question.path(),
                    self.moment
                );
            }
            anyhow::Ok((question, past, now))
        });
        let answered = asked.buffered(self.requests);
        let both = answered.try_fold(nothing, |mut both, (question, past, now)| async move {
            tokio::task::block_in_place(|| {
                // Both are mostly of one day, and so the same.
                let mut expected: Option<Expected> = None;
                let Both { past: of_past, present } = &mut both;
                for (answer, compared) in [(past, of_past), (now, present)] {
                    let Some(answer) = answer else { continue };
                    let day = in_china(answer.reflects);
                    let ours = match expected.take().filter(|expected| expected.day == day) {
                        Some(same) => same,
                        None => Expected::of(self.figures, &question, day)?,
                    };
                    ours.compare(answer.members, compared);
                    expected = Some(ours);
                }
                anyhow::Ok(())
            })?;
            progress.inc(1);
            Ok(both)
        });
        let both = both.await?;
        progress.finish_and_clear();
        Ok(both)
    }
}
