package org.apikeys.report;

import static jakarta.ejb.TransactionAttributeType.NOT_SUPPORTED;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.inject.Inject;
import java.io.IOException;
import org.apikeys.report.BoundedBytes.TooLargeException;
import org.apikeys.report.ReportJobSteps.Taken;
import org.apikeys.setting.Settings;

/** Makes the reports that were ordered, one after the other. */
@Stateless
@PermitAll
@TransactionAttribute(NOT_SUPPORTED)
public class ReportMaker {
  private static final System.Logger LOG = System.getLogger(ReportMaker.class.getName());
  private static final double MADE = 0.9;

  private final ReportJobSteps steps;
  private final Reports reports;
  private final ReportsInHand inHand;
  private final Settings settings;

  @Inject
  public ReportMaker(
      ReportJobSteps steps, Reports reports, ReportsInHand inHand, Settings settings) {
    this.steps = steps;
    this.reports = reports;
    this.inHand = inHand;
    this.settings = settings;
  }

  @SuppressWarnings("NullAway")
  public ReportMaker() {
    steps = null;
    reports = null;
    inHand = null;
    settings = null;
  }

  /** Makes the next report; false when none waits. */
  public boolean makeNext() {
    Taken taken = steps.take().orElse(null);
    if (taken == null) {
      return false;
    }
    inHand.add(taken);
    try {
      steps.finish(taken, made(taken));
      steps.shrink(taken);
    } catch (ReportStopped e) {
      LOG.log(System.Logger.Level.INFO, "Report job {0} was stopped.", taken.id());
    } catch (TooLargeException e) {
      steps.fail(
          taken,
          "Its file would be larger than "
              + (settings.reportFileLimit() >> 20)
              + " MiB; an operator can allow more, and other formats may be smaller.");
    } catch (IOException | RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "Report job " + taken.id() + " does not work", e);
      steps.retry(taken, "It could not be made; why is in the server's log.");
    } finally {
      inHand.remove(taken);
    }
    return true;
  }

  private byte[] made(Taken taken) throws IOException {
    Progress progress = share -> steps.reached(taken, share);
    Report report = reports.makeBySystem(taken.report(), taken.order(), progress.within(0, MADE));
    progress.reached(MADE);
    BoundedBytes bytes = new BoundedBytes(settings.reportFileLimit());
    try {
      taken.form().write(report, bytes);
    } catch (IOException | RuntimeException e) {
      if (bytes.isExceeded()) {
        throw new TooLargeException(settings.reportFileLimit());
      }
      throw e;
    }
    return bytes.toByteArray();
  }
}
