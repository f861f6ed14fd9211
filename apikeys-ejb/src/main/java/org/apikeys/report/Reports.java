package org.apikeys.report;

import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.report.Report.Section;
import org.jspecify.annotations.Nullable;

/** Makes reports for those who may read them. */
@Stateless
@RolesAllowed(ManagementScope.REPORTS_READ)
public class Reports {
  /** The words of all reports. */
  public static final List<String> NAMES =
      List.of(
          "monthly-usage",
          "key-performance",
          "security-incidents",
          "billing",
          "compliance",
          "access-review");

  private static final YearMonth FIRST = YearMonth.of(2000, 1);

  /** The figures of the summary are those of the whole month. */
  private static final double SUMMARY_SHARE = 0.2;

  private final UsageReports usage;
  private final SecurityReport security;
  private final Billing billing;
  private final Compliance compliance;
  private final AccessReview access;
  private final ReportFacts facts;
  private final Clock clock;

  @Inject
  public Reports(
      UsageReports usage,
      SecurityReport security,
      Billing billing,
      Compliance compliance,
      AccessReview access,
      ReportFacts facts,
      Clock clock) {
    this.usage = usage;
    this.security = security;
    this.billing = billing;
    this.compliance = compliance;
    this.access = access;
    this.facts = facts;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public Reports() {
    usage = null;
    security = null;
    billing = null;
    compliance = null;
    access = null;
    facts = null;
    clock = null;
  }

  /**
   * A report about the caller's organization.
   *
   * @param month null for the present one
   * @param framework of the compliance report alone, there required
   */
  public Report make(
      Caller caller, String name, @Nullable YearMonth month, @Nullable String framework) {
    if (!NAMES.contains(name)) {
      throw ProblemException.notFound("report");
    }
    return made(name, order(caller, name, month, framework), Progress.UNWATCHED);
  }

  /**
   * Makes a report that was ordered earlier.
   *
   * @param order as {@link #order} answered it
   */
  @PermitAll
  public Report makeBySystem(String name, ReportOrder order, Progress progress) {
    return made(name, order, progress);
  }

  /** What is to be made; refuses what could not be. */
  public ReportOrder order(
      Caller caller, String name, @Nullable YearMonth month, @Nullable String framework) {
    if (!NAMES.contains(name)) {
      throw ProblemException.invalid("report", "is one of " + String.join(", ", NAMES));
    }
    ReportJobs.requireWhole(caller);
    Instant now = clock.instant();
    YearMonth present = YearMonth.from(now.atOffset(ZoneOffset.UTC));
    YearMonth wanted = month == null ? present : month;
    if (wanted.isAfter(present) || wanted.isBefore(FIRST)) {
      throw ProblemException.invalid("month", "is a month from 2000-01 to " + present);
    }
    return new ReportOrder(caller.organizationId(), wanted, framework(name, framework));
  }

  private Report made(String name, ReportOrder order, Progress progress) {
    Instant now = clock.instant();
    String summary = summary(name, order, now);
    progress.reached(SUMMARY_SHARE);
    List<Section> sections = sections(name, order, now, progress.within(SUMMARY_SHARE, 1));
    return new Report(
        name,
        title(name, order),
        order.organizationId(),
        facts.organization(order.organizationId()),
        order.month(),
        now,
        summary,
        sections);
  }

  private String framework(String name, @Nullable String framework) {
    Set<String> words = new TreeSet<>(compliance.words());
    if (name.equals("compliance")) {
      if (framework == null || !words.contains(framework)) {
        throw ProblemException.invalid("framework", "is one of " + String.join(", ", words));
      }
      return framework;
    }
    if (framework != null) {
      throw ProblemException.invalid("framework", "is for the compliance report alone");
    }
    return "";
  }

  private String title(String name, ReportOrder order) {
    return switch (name) {
      case "monthly-usage" -> "Monthly usage";
      case "key-performance" -> "Key performance";
      case "security-incidents" -> "Security incidents";
      case "billing" -> "Billing";
      case "compliance" -> compliance.title(order);
      default -> "Access review";
    };
  }

  private String summary(String name, ReportOrder order, Instant now) {
    return switch (name) {
      case "monthly-usage", "key-performance" -> usage.usageSummary(order);
      case "security-incidents" -> security.summary(order);
      case "billing" -> billing.summary(order);
      case "compliance" -> compliance.summary(order);
      default -> access.summary(order, now);
    };
  }

  private List<Section> sections(String name, ReportOrder order, Instant now, Progress progress) {
    return switch (name) {
      case "monthly-usage" -> usage.usage(order, progress);
      case "key-performance" -> List.of(usage.performance(order));
      case "security-incidents" -> security.sections(order, progress);
      case "billing" -> billing.sections(order);
      case "compliance" -> compliance.sections(order, progress);
      default -> List.of(access.section(order, now));
    };
  }
}
