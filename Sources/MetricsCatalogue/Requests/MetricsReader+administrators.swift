internal import Rollups
package import Store

extension MetricsReader {
    /// As `top_admins` of the metric `admin_engagement`, and more of them.
    @available(*, noasync)
    package func mostActiveAdmins(_ count: Int, over window: MetricWindow) throws(StoreError)
        -> [(id: Int64, events: Int64)]
    {
        try rollups.snapshot { rollups throws(StoreError) in
            try MetricCatalogue.mostActive(
                count, of: rollups.sums(.viewsByAdmin, from: window.from, to: window.to), rollups)
        }
    }
}
