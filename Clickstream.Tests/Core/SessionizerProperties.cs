using FsCheck.Xunit;

namespace Clickstream.Tests.Core;

public class SessionizerProperties
{
    [Property(Arbitrary = [typeof(SessionPlans)], MaxTest = 3000)]
    public void After_every_batch_the_sessions_are_the_oracles(SessionPlan plan)
    {
        var lane = new SessionLane(plan.Timeout, plan.Lateness, plan.HorizonAtNewest, plan.FirstHorizon, plan.SweepFloor);
        foreach (var batch in plan.Batches)
        {
            lane.Run(batch);
            Assert.Equal(
                SessionOracle.Sessions(lane.Events, plan.Timeout).OrderBy(row => (row.VisitorId, row.Start)),
                lane.Rows.OrderBy(row => (row.VisitorId, row.Start)));
        }
    }
}
